// What is read off answers, heights, clocks and checkpoints, without a network.
import type { NodeReport } from '@suyuan/api';
import { encodeUtf8, ok, reject } from '@suyuan/log';
import { expect, test } from 'vitest';

import type { RecentCheckpoint } from '../checkpoint/checkpoints.ts';
import type { PeerClient, PeerFailure } from '../replication/peer-client.ts';
import { HeightWatch } from './height-watch.ts';
import { encodeNodeReport, parseNodeReport } from './node-report.ts';
import { createPeerWatch } from './peer-watch.ts';
import type { Contact } from './peer-watch.ts';
import { countCosignatures, medianOf } from './picture.ts';
import { certificateSeenBy, ownSkewMs } from './readings.ts';

const report: NodeReport = {
  atMs: 1_000_000,
  version: '1',
  height: 9,
  logSize: 8,
  checkpointSize: 8,
  missingPayloads: { count: 0 },
  unreachable: [],
  machine: { database: {}, acknowledgements: { count: 0 }, unordered: { count: 0 }, alerts: 0 },
};

test('[MO2] the managing organisation is told how the machine is, others are not', () => {
  const { machine: _machine, ...common } = report;
  expect(JSON.parse(encodeNodeReport(report, false))).toEqual(common);
  expect(parseNodeReport(encodeUtf8(encodeNodeReport(report, true)))).toEqual(ok(report));
});

test.each([
  ['no JSON', '{'],
  ['another form', '{"height":9}'],
  ['a height that is no number', JSON.stringify({ ...report, height: '9' })],
  ['a time beyond all times', JSON.stringify({ ...report, atMs: 1e17 })],
  ['too many organisations', JSON.stringify({ ...report, unreachable: Array(1_025).fill('a') })],
])('[MO3] an answer with %s is none; one with more members is', (_what, text) => {
  expect(parseNodeReport(encodeUtf8(text))).toEqual(reject({ code: 'status_malformed' }));
  expect(parseNodeReport(encodeUtf8(JSON.stringify({ ...report, more: 1 })))).toMatchObject({ ok: true });
});

/** A watch of one member whose answers the test gives; each takes `tripMs`. */
function watchOf(
  answers: readonly (NodeReport | PeerFailure)[],
  tripMs = 100,
): () => Promise<Contact | undefined> {
  const clock = { nowMs: 1_000_000, now: (): number => clock.nowMs };
  const waiting = [...answers];
  const client: Pick<PeerClient, 'send'> = {
    send: async () => {
      clock.nowMs += tripMs;
      const next = waiting.shift();
      if (next === undefined) return reject({ code: 'peer_stopped', organization: 'maker' });
      return 'code' in next ? reject(next) : ok(encodeUtf8(JSON.stringify(next)));
    },
  };
  const watch = createPeerWatch({ client, clock, addressOf: () => undefined });
  return async () => {
    await watch.ask(['maker']);
    return watch.of('maker');
  };
}

test('[MO4] who does not answer is silent since then, with the reason, beside what it told last', async () => {
  const organization = 'maker';
  const ask = watchOf([
    report,
    { code: 'peer_timed_out', organization },
    { code: 'peer_refused', organization, status: 403, problem: 'peer_key_unknown' },
    report,
    { code: 'peer_refused', organization, status: 404, problem: 'not_found' },
  ]);
  expect(await ask()).toMatchObject({ report, silentSinceMs: undefined, roundTripMs: 100 });
  expect(await ask()).toMatchObject({
    report,
    silentSinceMs: 1_000_200,
    reason: 'peer_timed_out',
    isRefusing: false,
  });
  expect(await ask()).toMatchObject({
    silentSinceMs: 1_000_200,
    reason: 'peer_key_unknown',
    isRefusing: true,
  });
  expect(await ask()).toMatchObject({ silentSinceMs: undefined, reason: undefined });
  expect(await ask()).toMatchObject({ silentSinceMs: undefined, reason: 'not_found' });
  expect(await ask()).toMatchObject({ reason: 'peer_timed_out' });
});

const silent = (reason: string | undefined): Contact => ({
  silentSinceMs: reason === undefined ? undefined : 1,
  reason,
  isRefusing: reason !== undefined,
  report,
  toldAtMs: 1,
  roundTripMs: 1,
  clockSkewMs: undefined,
  certificateUntilMs: undefined,
});

test('[MO6] clocks are compared with the middle of the way, and slow answers say nothing', async () => {
  const later = { ...report, atMs: 1_007_050 };
  expect((await watchOf([later])())?.clockSkewMs).toBe(7_000);
  expect((await watchOf([later], 2_500)())?.clockSkewMs).toBeUndefined();
  const contact = (clockSkewMs: number, reason?: string): { contact: Contact } => ({
    contact: { ...silent(reason), clockSkewMs },
  });
  expect(ownSkewMs([contact(7_000), contact(6_000), contact(-90_000)])).toBe(-6_000);
  expect(ownSkewMs([contact(1), contact(9, 'peer_signature_expired')])).toBe(300_000);
  expect(ownSkewMs([contact(1), contact(2), contact(9, 'peer_timed_out')])).toBe(-1);
  expect(ownSkewMs([])).toBeUndefined();
  expect(medianOf([3, 1])).toBe(1);
});

test('[MO15] the end of the own certificate is the one in the middle of what the others see', () => {
  const seen = (yourCertificateUntilMs?: number): { contact: Contact } => ({
    contact: {
      ...silent(undefined),
      report: { ...report, ...(yourCertificateUntilMs === undefined ? {} : { yourCertificateUntilMs }) },
    },
  });
  expect(certificateSeenBy([seen(9_000), seen(1), seen(9_000), seen()])).toBe(9_000);
  expect(certificateSeenBy([seen()])).toBeUndefined();
});

test('[MO7] a block on its way is no lag, and one liar makes nobody seem behind', () => {
  const heights = new HeightWatch('acme');
  const validators = ['acme', 'maker', 'regulator', 'swapper'];
  const judge = (own: number, others: Record<string, number>, nowMs: number): object =>
    Object.fromEntries(
      heights.judge({ own, others: new Map(Object.entries(others)), validators, liarsMax: 1 }, nowMs),
    );
  expect(judge(5, { maker: 4, regulator: 9, swapper: 5 }, 0)).toEqual({});
  expect(judge(5, { maker: 5, regulator: 999, swapper: 5 }, 20)).toEqual({});
  expect(judge(8, { maker: 4, regulator: 8, swapper: 8 }, 40)).toEqual({ maker: { blocks: 4, sinceMs: 40 } });
  expect(judge(8, { maker: 5, regulator: 12, swapper: 12 }, 60)).toEqual({
    maker: { blocks: 3, sinceMs: 40 },
  });
  expect(judge(8, { regulator: 14, swapper: 14 }, 80)).toEqual({ acme: { blocks: 6, sinceMs: 80 } });
  expect(judge(14, { maker: 14, regulator: 14 }, 100)).toEqual({});
});

test('[MO8] cosignatures are counted at checkpoints that are old enough', () => {
  const validators = ['acme', 'maker'];
  const checkpoint = (
    size: number,
    enteredAtMs: number,
    ...signedBy: readonly string[]
  ): RecentCheckpoint => ({ size, enteredAtMs, validators, quorum: 2, signedBy: new Set(signedBy) });
  const recent = [
    checkpoint(4, 50_000),
    checkpoint(3, 20_000, 'acme'),
    checkpoint(2, 10_000, 'acme'),
    checkpoint(1, 0, 'acme', 'maker'),
  ];
  expect(Object.fromEntries(countCosignatures(recent, 60_000))).toEqual({
    acme: { checkpoints: 3, signed: 3, missedInRow: 0 },
    maker: { checkpoints: 3, signed: 1, missedInRow: 2 },
  });
  expect(countCosignatures(recent, 30_000).get('maker')).toEqual({
    checkpoints: 1,
    signed: 1,
    missedInRow: 0,
  });
});
