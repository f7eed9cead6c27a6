/** docs/record-kinds.md as the record kinds have it; run directly to write it there. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  businessTypes,
  deadlines,
  documentKind,
  findingCatalogue,
  lawVersions,
  managingKinds,
  recordKinds,
} from '@suyuan/battery';

const path = fileURLToPath(new URL('../docs/record-kinds.md', import.meta.url));

/** Which kinds each business type usually reports. */
function documentPresets(): readonly string[] {
  return [
    '## Presets',
    '',
    'What a business type usually reports; the managing organisation decides.',
    '',
    '| business type | record kinds |',
    '| --- | --- |',
    ...businessTypes.map(
      ({ id, label, recordKinds: kinds }) =>
        `| \`${id}\` ${label.zh} ${label.en} | ${kinds.map((kind) => `\`${kind}\``).join(', ')} |`,
    ),
    `| 管理方 managing organisation | ${managingKinds.map((kind) => `\`${kind}\``).join(', ')} |`,
    '',
  ];
}

/** By when a record must be reported. */
function documentDeadlines(): readonly string[] {
  return [
    '## Deadlines',
    '',
    'By the law in force on the day that starts the time. *Assumed* numbers are to be confirmed from the official text. Working days are Monday to Friday; public holidays move the date to a later day.',
    '',
    '| law | who | record kind | from | days | | source |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...deadlines.map((row) => {
      const law = lawVersions.find(({ id }) => id === row.law)?.label;
      const kind = row.subType === undefined ? row.recordKind : `${row.recordKind}: ${row.subType}`;
      const cells = [
        `${law?.zh} ${law?.en}`,
        `${row.actor.zh} ${row.actor.en}`,
        `\`${kind}\``,
        row.startFields.map((field) => `\`${field}\``).join(' or '),
        `${row.days} ${row.unit}`,
        row.confidence,
        row.source,
      ];
      return `| ${cells.join(' | ')} |`;
    }),
    '',
  ];
}

/** The page: every kind with its fields, presets, deadlines, then every finding code. */
export function documentKinds(): string {
  const findings = Object.entries(findingCatalogue).map(
    ([code, { level, zh, en }]) => `| \`${code}\` | ${level} | ${zh} | ${en} |`,
  );
  return [
    '# Record kinds',
    '',
    'Written by `tools/document-kinds.ts` from the record kinds in `packages/battery`; the rules are in [spec/battery.md](../spec/battery.md). The nine modules come first, then the kinds of [master data](master-data.md).',
    '',
    ...recordKinds.map(documentKind),
    ...documentPresets(),
    ...documentDeadlines(),
    '## Findings',
    '',
    'What an import, a check of a code, a trace or custody can say. The level is the usual one; the code mode `legacy` turns some errors into warnings.',
    '',
    '| code | level | 中文 | English |',
    '| --- | --- | --- | --- |',
    ...findings,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path, documentKinds());
