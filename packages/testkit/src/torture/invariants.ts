// What must be true of a network after every fault: the same app hash at the same height everywhere, every reported
// record once at every member with the right bytes, nothing else, and every receipt ever given out still verifies.
import { nativeCrypto } from '@suyuan/native-crypto';
import { verifyReceipt } from '@suyuan/verifier';

import type { RealNetwork } from './real-network.ts';
import { until } from './real-network.ts';
import type { Workload } from './workload.ts';

const rowsOfAll = `
  select s.code, b.entry, r.leaf, b.reporter, r.public_text::text as public, r.shared_text::text as shared
  from record r
  join batch b on b.id = r.batch_id and b.stored_on = r.stored_on
  join subject s on s.batch_id = r.batch_id and s.leaf = r.leaf and s.stored_on = r.stored_on
    and s.role = 'subject'
  where b.status = 'reported'
  order by b.entry, r.leaf`;

interface StoredRow {
  readonly code: string;
  readonly public: string;
  readonly shared: string;
}

/** Waits until every member has caught up. */
async function settle(network: RealNetwork, records: number): Promise<void> {
  await until(
    'every member holds every record, at one height',
    async () => {
      const found = await Promise.all(network.ids.map((id) => network.status(id)));
      const isHeld = found.every((one) => one.ready && one.records === records);
      return isHeld && new Set(found.map(({ height }) => height)).size === 1 ? true : undefined;
    },
    120_000,
  );
}

/** Sentences of what is wrong; none where all holds. */
export async function findViolations(network: RealNetwork, workload: Workload): Promise<readonly string[]> {
  const { expected } = workload;
  await settle(network, expected.size);
  return [
    ...(await compareBlocks(network)),
    ...(await compareRecords(network, workload)),
    ...(await checkReceipts(network, workload)),
  ];
}

async function compareBlocks(network: RealNetwork): Promise<readonly string[]> {
  const text = `select height, encode(app_hash, 'hex') as hash from block order by height`;
  const chains = await Promise.all(
    network.ids.map(async (id) => await network.query<{ height: string; hash: string }>(id, text)),
  );
  const [first = []] = chains;
  return chains.flatMap((chain, index) =>
    first.flatMap(({ height, hash }, place) => {
      const other = chain[place];
      // A block more is a block later; the heights that both have must agree.
      if (other === undefined || (other.height === height && other.hash === hash)) return [];
      return [`${network.ids[index]} has another app hash at height ${height} than ${network.ids[0]}`];
    }),
  );
}

async function compareRecords(network: RealNetwork, { expected }: Workload): Promise<readonly string[]> {
  const violations: string[] = [];
  let first: string | undefined;
  for (const id of network.ids) {
    const rows = await network.query<StoredRow>(id, rowsOfAll);
    const codes = new Set(rows.map(({ code }) => code));
    if (codes.size !== rows.length) violations.push(`${id} holds a record twice`);
    for (const row of rows) {
      const right = expected.get(row.code);
      if (right === undefined) violations.push(`${id} holds ${row.code}, which nobody has reported`);
      else if (right.public !== row.public || right.shared !== row.shared)
        violations.push(`${id} holds other bytes of ${row.code}`);
    }
    for (const code of expected.keys()) if (!codes.has(code)) violations.push(`${id} has lost ${code}`);
    const shown = JSON.stringify(rows);
    first ??= shown;
    if (shown !== first) violations.push(`${id} has records at other places than ${network.ids[0]}`);
  }
  return violations;
}

async function checkReceipts(network: RealNetwork, { receipts }: Workload): Promise<readonly string[]> {
  // A policy is of its time: a receipt verifies by the one of its own.
  const policies = [await network.trustPolicy(), ...network.laterPolicies];
  const rest = { fresh: 'none', disclosure: undefined, statement: undefined } as const;
  return [...receipts].flatMap(([entry, receipt]) => {
    const verdicts = policies.map((policy) => verifyReceipt(nativeCrypto, { receipt, policy, ...rest }));
    const [code] = verdicts.flatMap((verdict) => (verdict.ok ? [] : verdict.error.code));
    return verdicts.some(({ ok }) => ok) ? [] : [`the receipt of entry ${entry} does not verify: ${code}`];
  });
}
