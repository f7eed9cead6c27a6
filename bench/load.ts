/** Work that several groups give to a node: pushing generated records and reporting all that is staged. */
import { setTimeout as pause } from 'node:timers/promises';
import { generateRecords } from '../packages/invented/src/records.ts';
import type { BenchNode } from './bench-node.ts';

/** Pushes at the same time; a node's clients are several systems, not one. */
const CLIENTS = 4;

/** One API body, ready to send. */
export interface Body {
  readonly kind: string;
  readonly json: string;
  readonly records: number;
}

/** A body of these records. */
export const bodyOf = (kind: string, records: readonly object[]): Body => ({
  kind,
  json: JSON.stringify({ records }),
  records: records.length,
});

/** API bodies of 1,000 records of the published mix. */
export const makeBodies = (options: {
  readonly seed: number;
  readonly count: number;
  readonly from: string;
  readonly to: string;
}): readonly Body[] => [...generateRecords(options)].map(({ kind, records }) => bodyOf(kind, records));

/** Pushes all bodies with a few clients at once; fails unless every record was staged. Returns seconds. */
export const pushAll = async (node: BenchNode, bodies: readonly Body[]): Promise<number> => {
  const waiting = [...bodies];
  const begin = performance.now();
  const client = async (): Promise<void> => {
    for (let body = waiting.shift(); body !== undefined; body = waiting.shift()) {
      const response = await node.request('POST', `/records/${body.kind}`, body.json);
      const outcome: { staged: number; findings: unknown[] } = await response.json();
      if (outcome.staged !== body.records) {
        throw new Error(
          `${outcome.staged} of ${body.records} staged: ${JSON.stringify(outcome.findings[0])}`,
        );
      }
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return (performance.now() - begin) / 1_000;
};

/** Reports all that is staged, waits for the newest receipt, and returns seconds and the report. */
export const reportAll = async (
  node: BenchNode,
): Promise<{ readonly seconds: number; readonly entries: readonly number[] }> => {
  const begin = performance.now();
  const created = await node.request('POST', '/reports', JSON.stringify({ all: true }));
  let report: { id: number; status: string; batches: { entry?: number }[] } = await created.json();
  while (report.status === 'running') {
    await pause(20);
    report = await (await node.request('GET', `/reports/${report.id}`)).json();
  }
  if (report.status !== 'done') throw new Error(`the report has ended as ${report.status}`);
  const entries = report.batches.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
  await newestReceipt(node, Math.max(...entries));
  return { seconds: (performance.now() - begin) / 1_000, entries };
};

const newestReceipt = async (node: BenchNode, entry: number): Promise<void> => {
  for (let attempts = 0; attempts < 500; attempts += 1) {
    const headers = { authorization: `Bearer ${node.token}` };
    const response = await fetch(`${node.url}/api/v1/receipts/${entry}/0?format=bundle`, { headers });
    await response.arrayBuffer();
    if (response.ok) return;
    await pause(10);
  }
  throw new Error(`no receipt of entry ${entry}`);
};
