/** docs/record-kinds.md as the record kinds have it; run directly to write it there. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { documentKind, findingCatalogue, recordKinds } from '@suyuan/battery';

const path = fileURLToPath(new URL('../docs/record-kinds.md', import.meta.url));

/** The page: every kind with its fields, then every finding code. */
export function documentKinds(): string {
  const findings = Object.entries(findingCatalogue).map(
    ([code, { level, zh, en }]) => `| \`${code}\` | ${level} | ${zh} | ${en} |`,
  );
  return [
    '# Record kinds',
    '',
    'Written by `tools/document-kinds.ts` from the record kinds in `packages/battery`; the rules are in [spec/battery.md](../spec/battery.md).',
    '',
    ...recordKinds.map(documentKind),
    '## Findings',
    '',
    'What an import or a check of a code can say. The level is the usual one; the code mode `legacy` turns some errors into warnings.',
    '',
    '| code | level | 中文 | English |',
    '| --- | --- | --- | --- |',
    ...findings,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path, documentKinds());
