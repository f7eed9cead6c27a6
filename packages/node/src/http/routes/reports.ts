// Reporting over HTTP: begin a report, see where it stands, follow it (packages/api/src/reports.ts).
import {
  createReport,
  followReport,
  getReport,
  listReports,
  pageSizeDefault,
  previewReport,
} from '@suyuan/api';
import type { JsonOf } from '@suyuan/api';

import { createSignal } from '../../ordering/signal.ts';
import { createLimiter } from '../../replication/limiter.ts';
import { claimRecords } from '../../report/claim-records.ts';
import type { ReportSelection } from '../../report/claim-records.ts';
import { preview } from '../../report/preview-report.ts';
import type { PreviewOptions } from '../../report/preview-report.ts';
import { readProgress, readReport, readReports } from '../../report/report-view.ts';
import type { ShownProgress } from '../../report/report-view.ts';
import type { ReportWorker } from '../../report/report-worker.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** What these routes need. */
export interface ReportDependencies extends PreviewOptions {
  readonly worker: ReportWorker;
}

/** Previews that are made at the same time; others wait. */
const previewsAtOnceMax = 1;

/** The routes of reporting. */
export function reportBindings(dependencies: ReportDependencies): readonly Binding[] {
  const { database, worker, clock } = dependencies;
  const previewAtOnce = createLimiter(previewsAtOnceMax);
  return [
    handle(previewReport, async ({ body, signal }) => {
      const judged = await previewAtOnce(async () => await preview(dependencies, selectionOf(body)), signal);
      if (judged === undefined) throw new Error('the client went away before its preview began');
      if (judged.ok) return judged.value;
      const { code, ...facts } = judged.error;
      return problem(code, facts);
    }),
    handle(createReport, async ({ body, caller, remember }) => {
      const claimed = await claimRecords(database, {
        selection: selectionOf(body),
        createdBy: caller.name,
        now: new Date(clock.now()),
        permitted: dependencies.modules(),
        onClaimed: async (tx, report) => await remember(tx, report),
      });
      if (!claimed.ok) {
        const { code, ...facts } = claimed.error;
        return problem(code, facts);
      }
      worker.enqueue(claimed.value.id);
      return claimed.value;
    }),
    handle(listReports, async ({ query }) => {
      const limit = query.limit ?? pageSizeDefault;
      const before = query.after === undefined ? Number.MAX_SAFE_INTEGER : Number(query.after);
      if (!Number.isSafeInteger(before)) return problem('request_invalid', { detail: 'after: not a cursor' });
      const items = await database.read((db) => readReports(db, before, limit + 1));
      const next = items.length > limit ? items[limit - 1]?.id : undefined;
      return { items: items.slice(0, limit), ...(next === undefined ? {} : { next: String(next) }) };
    }),
    handle(getReport, async ({ params }) => {
      return (await database.read((db) => readReport(db, worker, params.id))) ?? problem('report_not_found');
    }),
    handle(followReport, async ({ params, signal }) => {
      const first = await database.read((db) => readProgress(db, worker, params.id));
      if (first === undefined) return problem('report_not_found');
      return follow(dependencies, first, signal);
    }),
  ];
}

function selectionOf(body: JsonOf<typeof createReport>): ReportSelection {
  if ('import' in body) return { by: 'import', importId: body.import };
  if ('batches' in body) return { by: 'batches', batches: body.batches };
  if ('records' in body) {
    const records = body.records.map((name) => {
      const [batch, leaf] = name.split('/');
      return { batch: Number(batch), leaf: Number(leaf) };
    });
    return { by: 'records', records };
  }
  return { by: 'all', kind: body.kind };
}

/** One event for what is there, then one whenever something changed; the last one is the end. */
async function* follow(
  { database, worker }: ReportDependencies,
  first: ShownProgress,
  signal: AbortSignal,
): AsyncGenerator<ShownProgress> {
  const changed = createSignal();
  const unfollow = worker.follow(first.id, changed.notify);
  signal.addEventListener('abort', changed.notify, { once: true });
  try {
    let progress: ShownProgress | undefined = first;
    let told = '';
    while (progress !== undefined && !signal.aborted) {
      const text = JSON.stringify(progress);
      if (text !== told) yield progress;
      told = text;
      if (progress.status !== 'running') return;
      await changed.wait();
      progress = await database.read((db) => readProgress(db, worker, first.id));
    }
  } finally {
    unfollow();
    signal.removeEventListener('abort', changed.notify);
  }
}
