// Reported records over HTTP: one record, a disclosure of its parts, and payloads that are missing
// (packages/api/src/trace.ts).
import { getDisclosure, getPayload, getRecord, repairPayload } from '@suyuan/api';
import type { AnswerOf } from '@suyuan/api';
import { PARTS } from '@suyuan/ledger';

import type { PullWorker } from '../../replication/pull-payloads.ts';
import { discloseRecord, readRecord } from '../../trace/read-record.ts';
import type { TraceOptions } from '../../trace/trace-code.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** What these routes need. */
export interface RecordDependencies extends TraceOptions {
  readonly network: Uint8Array;
  readonly pull: PullWorker;
}

/** The routes of reported records. */
export function recordBindings(dependencies: RecordDependencies): readonly Binding[] {
  return [
    handle(getRecord, async ({ params }) => {
      const found = await readRecord(dependencies, params.entry, params.leaf);
      return found.ok ? found.value : problem(found.error.code);
    }),
    handle(getDisclosure, async ({ params, query, caller }) => {
      const { entry, leaf } = params;
      const asked = new Set((query.parts ?? 'public').split(','));
      const parts = PARTS.filter((part) => asked.has(part));
      const { account } = caller;
      const file = await discloseRecord(dependencies, { entry, leaf, parts, account });
      if (!file.ok) return problem(file.error.code);
      const fileName = `disclosure-${entry}-${leaf}.json`;
      return { mediaType: 'application/json', fileName, content: file.value };
    }),
    handle(getPayload, async ({ params }) => {
      return (await payloadState(dependencies, params.entry)) ?? problem('record_not_found');
    }),
    handle(repairPayload, async ({ params }) => {
      await dependencies.pull.repair(params.entry);
      return (await payloadState(dependencies, params.entry)) ?? problem('record_not_found');
    }),
  ];
}

async function payloadState(
  { database, pull }: RecordDependencies,
  entry: number,
): Promise<AnswerOf<typeof getPayload> | undefined> {
  const batch = await database.read((db) =>
    db.selectFrom('batch').select('status').where('entry', '=', entry).executeTakeFirst(),
  );
  if (batch === undefined) return undefined;
  if (batch.status !== 'missing') return { entry, status: 'held', attempts: 0, problems: [] };
  const state = pull.stateOf(entry);
  return {
    entry,
    status: 'missing',
    attempts: state?.attempts ?? 0,
    ...(state === undefined ? {} : { nextAttemptAt: new Date(state.nextAttemptAt).toISOString() }),
    problems: (state?.problems ?? []).map((found) => ({ ...found })),
  };
}
