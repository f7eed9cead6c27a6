// Tries a mapping on rows: maps and checks each as an import would, and counts what was found. Stages nothing
// (spec/mapping.md, M17).
import type { AnswerOf, previewMapping as route } from '@suyuan/api';
import {
  columnsOfRows,
  compareColumns,
  compileMapping,
  knownColumns,
  mappingLimits,
  parseMappedRecord,
  recordKind,
} from '@suyuan/battery';
import type { CompiledMapping, Mapping, RecordContext } from '@suyuan/battery';
import { assert } from '@suyuan/log';
import { fileFinding } from '../attachment/missing-files.ts';
import { filesOf } from '../attachment/named-files.ts';
import { findingInList } from '../import/import-finding.ts';
import type { ImportFinding } from '../import/import-finding.ts';

type Preview = AnswerOf<typeof route>;
type PreviewRow = Preview['rows'][number];
type FindingCount = Preview['findings'][number];

/** Maps and checks the rows; `notHere` are digests of which no file is here. */
export function previewMapping(
  mapping: Mapping,
  rows: readonly unknown[],
  context: RecordContext,
  notHere: ReadonlySet<string> = new Set(),
): Preview {
  const kind = recordKind(mapping.kind);
  assert(kind !== undefined, 'the kind of a mapping is known');
  const compiled = compileMapping(kind, mapping);
  const counts = { good: 0, warned: 0, wrong: 0, skipped: 0 };
  const findings = new Map<string, FindingCount>();
  const shown = rows.map((row, index) => {
    const outcome = previewRow(compiled, row, index, context, notHere);
    counts[outcome.outcome] += 1;
    countFindings(findings, outcome);
    return outcome;
  });
  const { missing, added, renamed } = compareColumns(
    knownColumns(mapping),
    columnsOfRows(rows, mappingLimits.columnsMax),
  );
  return {
    rows: shown,
    counts,
    findings: [...findings.values()].toSorted((a, b) => b.rows - a.rows),
    columns: { missing: [...missing], added: [...added], renamed: [...renamed] },
  };
}

function previewRow(
  compiled: CompiledMapping,
  row: unknown,
  index: number,
  context: RecordContext,
  notHere: ReadonlySet<string>,
): PreviewRow {
  const mapped = parseMappedRecord(compiled, row, context);
  if (mapped === undefined) return { row: index, outcome: 'skipped', findings: [] };
  const findings: ImportFinding[] = mapped.findings.map((finding) => {
    const column = finding.field === undefined ? undefined : compiled.columns.get(finding.field);
    const placed = findingInList(finding, index);
    return column === undefined ? placed : { ...placed, column };
  });
  for (const file of mapped.record === undefined ? [] : filesOf(mapped.record, mapped.subjects))
    if (notHere.has(file.digest)) findings.push(fileFinding(file, { row: index, sheet: undefined }));
  const isWarned = findings.some(({ level }) => level === 'warning');
  const outcome = mapped.record === undefined ? 'wrong' : isWarned ? 'warned' : 'good';
  return { row: index, outcome, record: mapped.members, findings };
}

/** Each finding counts once a row, by code, field and column. */
function countFindings(counts: Map<string, FindingCount>, { findings }: PreviewRow): void {
  const seen = new Set<string>();
  for (const { code, level, field, column } of findings) {
    const key = `${code} ${field ?? ''}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const known = counts.get(key);
    if (known !== undefined) known.rows += 1;
    else
      counts.set(key, {
        code,
        level,
        ...(field === undefined ? {} : { field }),
        ...(column === undefined ? {} : { column }),
        rows: 1,
      });
  }
}
