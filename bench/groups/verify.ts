/** Verification on Node: one bundle of 4,096 records, one receipt; against the bare hashes that either needs. */
import { nativeCrypto } from '@suyuan/native-crypto';
import { parseReceipt, verifyReceipt } from '@suyuan/verifier';
import { startBenchNode } from '../bench-node.ts';
import { figure, medianOf, type Figure } from '../figure.ts';
import { reportAll } from '../load.ts';
import { makeWorkbook } from './excel.ts';

const RECORDS = 4_096;
const BUNDLE_ROUNDS = 15;
const RECEIPT_ROUNDS = 500;
const mediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());

/** Milliseconds of one run in a process that has done it before: the median of `rounds` after as many to warm up. */
const timed = (rounds: number, work: () => void): number => {
  for (let round = 0; round < rounds; round += 1) work();
  return medianOf(
    Array.from({ length: rounds }, () => {
      const begin = performance.now();
      work();
      return performance.now() - begin;
    }),
  );
};

export const measureVerify = async (): Promise<readonly Figure[]> => {
  await using node = await startBenchNode();
  await node.request(
    'POST',
    '/imports?kind=battery_module',
    new Uint8Array(await makeWorkbook(RECORDS)),
    mediaType,
  );
  const { entries } = await reportAll(node);
  const bundle = await bytesOf(await node.request('GET', `/batches/${entries[0]}/receipt`));
  const receipt = await bytesOf(await node.request('GET', `/receipts/${entries[0]}/17?format=bundle`));
  const policy = await bytesOf(await node.request('GET', '/trust-policy'));
  const check = (bytes: Uint8Array): void => {
    const verdict = verifyReceipt(nativeCrypto, {
      receipt: bytes,
      policy,
      fresh: 'none',
      disclosure: undefined,
      statement: undefined,
    });
    if (!verdict.ok) throw new Error(`refused: ${verdict.error.code}`);
  };
  const parsed = parseReceipt(bundle);
  if (!parsed.ok || parsed.value.records.length !== RECORDS)
    throw new Error('not a bundle of the whole batch');
  const node65 = new Uint8Array(65);
  const hashesOnly = timed(BUNDLE_ROUNDS, () => {
    for (let hashes = RECORDS * 13; hashes > 0; hashes -= 1) nativeCrypto.sha256(node65);
  });
  const bundleMs = timed(BUNDLE_ROUNDS, () => check(bundle));
  const receiptMs = timed(RECEIPT_ROUNDS, () => check(receipt));
  return [
    figure(
      'verify.bundle',
      (RECORDS / bundleMs) * 1_000,
      'records/s',
      '20,000',
      (RECORDS / hashesOnly) * 1_000,
    ),
    figure('verify.receipt', receiptMs, 'ms', 'under 1', 1),
  ];
};
