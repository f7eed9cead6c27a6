/** Every record kind by its two main ways in, Excel and lines of JSON; against the pack's rate of the same run. */
import { startBenchNode, type BenchNode } from '../bench-node.ts';
import { figure, medianOf, type Figure } from '../figure.ts';
import { linesOf, nineKinds, recordsOfKind, workbookOf, xlsx } from '../nine-kinds.ts';

const ROWS = 10_000;
const ROUNDS = 5;
const PACK = 'battery_pack';

const ways = ['excel', 'ndjson'] as const;
type Way = (typeof ways)[number];

/** Rows a second of one import. */
const importOnce = async (node: BenchNode, way: Way, kind: string, round: number): Promise<number> => {
  const records = recordsOfKind(kind, ROWS, way === 'excel' ? round : round + ROUNDS + 1);
  const body = way === 'excel' ? new Uint8Array(await workbookOf(kind, records)) : linesOf(records);
  const begin = performance.now();
  const response =
    way === 'excel'
      ? await node.request('POST', `/imports?kind=${kind}`, body, xlsx)
      : await node.request('POST', `/records/${kind}`, body, 'application/x-ndjson');
  const outcome: { staged: number; findings: unknown[] } = await response.json();
  const seconds = (performance.now() - begin) / 1_000;
  if (outcome.staged !== ROWS) {
    throw new Error(`${outcome.staged} rows of ${kind} staged: ${JSON.stringify(outcome.findings[0])}`);
  }
  return ROWS / seconds;
};

export const measureWays = async (): Promise<readonly Figure[]> => {
  const rates = new Map<string, number[]>();
  await using node = await startBenchNode();
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const way of ways) {
      for (const kind of nineKinds) {
        const rate = await importOnce(node, way, kind, round);
        if (round === 0) continue; // the code of each kind is compiled in the first round
        const name = `ways.${way}.${kind}`;
        rates.set(name, [...(rates.get(name) ?? []), rate]);
      }
    }
  }
  return ways.flatMap((way) => {
    const rateOf = (kind: string): number => medianOf(rates.get(`ways.${way}.${kind}`) ?? []);
    return nineKinds.map((kind) =>
      figure(`ways.${way}.${kind}`, rateOf(kind), 'rows/s', 'ratio 0.8', rateOf(PACK)),
    );
  });
};
