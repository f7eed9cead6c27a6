// What contradicts the records that this node holds, or is still missing, said before anything is reported
// (spec/custody.md, "Before reporting"). Records are looked up by many codes at once; nothing is written.
import { previewListedMax, previewRecordsMax } from '@suyuan/api';
import type { AnswerOf, previewReport } from '@suyuan/api';
import { judgeStaged, mainCode } from '@suyuan/battery';
import type { Finding, StagedRecord } from '@suyuan/battery';
import { policyOf, viewOf } from '@suyuan/ledger';
import type { Result } from '@suyuan/log';
import { ok, reject } from '@suyuan/log';

import { civilDateOf } from '../clock.ts';
import { judgeStagedMaster } from '../master/judge-staged-master.ts';
import { findResolutions } from '../trace/find-resolutions.ts';
import { showFinding } from '../trace/show-record.ts';
import type { TraceOptions } from '../trace/trace-code.ts';
import { voidSourceOf } from '../trace/void-reader.ts';
import { findWithdrawn } from './check-claim.ts';
import type { ClaimRejection } from './check-claim.ts';
import type { ReportSelection } from './claim-records.ts';
import { findKnown, parseForCustody } from './find-known.ts';
import { readStaged } from './read-staged.ts';
import type { StagedText } from './read-staged.ts';

/** A preview as the API shows it. */
type Preview = AnswerOf<typeof previewReport>;

/** What a preview needs. */
export interface PreviewOptions extends TraceOptions {
  /** Record kinds that this organisation may report now. */
  readonly modules: () => readonly string[];
}

/** Judges the chosen records; each of the records named must be staged, and of a kind that may be reported. */
export async function preview(
  options: PreviewOptions,
  selection: ReportSelection,
): Promise<Result<Preview, Exclude<ClaimRejection, { readonly code: 'attachments_missing' }>>> {
  const view = viewOf(options.crypto, options.state());
  const { withdrawn, count, first } = await options.database.read(async (db) => ({
    withdrawn: await findWithdrawn(db, selection, options.modules()),
    ...(await readStaged(db, selection, previewRecordsMax)),
  }));
  if (withdrawn !== undefined) return reject(withdrawn);
  if (selection.by === 'records' && count < new Set(selection.records.map(nameOf)).size)
    return reject({ code: 'record_not_staged' });
  const staged = await parseForCustody(first, policyOf(view).codes === 'strict' ? 'strict' : 'legacy');
  const known = await findKnown(options, voidSourceOf(view), staged);
  const resolutions = await options.database.read((db) => findResolutions(db, known.records));
  const custody = judgeStaged(staged, known.records, resolutions);
  const { clock, master, organization } = options;
  const named = judgeStagedMaster(await master.held(), organization, staged, civilDateOf(clock.now()));
  const findings = custody.map((list, index) => [...list, ...(named[index] ?? [])]);
  const levels = findings.map(levelOf);
  const warned = levels.flatMap((level, index) => (level === 'warning' ? [index] : []));
  const noted = levels.flatMap((level, index) => (level === 'info' ? [index] : []));
  return ok({
    records: count,
    judged: first.length,
    contradicting: warned.length,
    provisional: noted.length,
    isComplete: known.isComplete,
    items: [...warned, ...noted]
      .slice(0, previewListedMax)
      .flatMap((index) => showItem(first[index], staged[index], findings[index] ?? [])),
  });
}

function nameOf({ batch, leaf }: { readonly batch: number; readonly leaf: number }): string {
  return `${batch}/${leaf}`;
}

function levelOf(findings: readonly Finding[]): 'none' | 'info' | 'warning' {
  if (findings.length === 0) return 'none';
  return findings.some(({ level }) => level !== 'info') ? 'warning' : 'info';
}

function showItem(
  text: StagedText | undefined,
  staged: StagedRecord | undefined,
  findings: readonly Finding[],
): Preview['items'] {
  if (text === undefined || staged === undefined) return [];
  const code = mainCode(staged.subjects);
  return [
    {
      record: nameOf(text),
      kind: text.kind,
      ...(code === undefined ? {} : { code }),
      ...(text.importId === null ? {} : { import: text.importId }),
      ...(text.row === null ? {} : { row: text.row }),
      findings: findings.map(showFinding),
    },
  ];
}
