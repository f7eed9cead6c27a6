// One of the four lies, as a real process with real keys: nobody else is led astray, and it is named where the design
// says so. Each test waits until the lie was told, and ends with everything that must hold.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { REQUIRED_KEYS, networkIdOf, signStatement } from '@suyuan/ledger';
import { assert, encodeHex, encodeUtf8 } from '@suyuan/log';
import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import { expect, test } from 'vitest';

import { openKeys } from '../../../../node/src/keys/key-files.ts';
import { createAskEngine, createHandOver } from '../../../../node/src/ordering/cometbft/rpc-client.ts';
import type { HandOver } from '../../../../node/src/ordering/cometbft/rpc-client.ts';
import { findViolations } from '../invariants.ts';
import type { RealNetwork } from '../real-network.ts';
import { until } from '../real-network.ts';
import { publishOtherCheckpoint } from './other-checkpoint.ts';
import type { Under } from './under.ts';

const liar = 'org-4';

/** Defines the tests, for a network of four validators that `RealNetwork` has started. */
export function testLies(under: Under): void {
  testAcknowledgements(under);
  testPayloads(under);
  testProposals(under);
  testStatements(under);
  testCheckpoints(under);
}

function testAcknowledgements(under: Under): void {
  test('[P16] forged acknowledgements count for nothing and name their members; who acknowledges and stores nothing fetches it', async () => {
    const { network, workload } = under();
    for (const id of ['org-3', liar]) await network.lie(id, { lies: ['forges_acknowledgements'] });
    const patient = workload.report('org-1');
    const named = ['org-3', liar].map((organization) => ({ organization, code: 'acknowledgement_invalid' }));
    await until('both are named', async () => {
      const { items } = await network.ask<{ items: { id: number }[] }>('org-1', { path: '/reports?limit=1' });
      const shown = await (await network.call('org-1', { path: `/reports/${items[0]?.id}` })).text();
      return named.every((one) => shown.includes(JSON.stringify(one))) ? true : undefined;
    });
    await network.lie('org-3', { lies: ['stores_nothing'] });
    await network.lie(liar);
    await workload.collectReceipts(await patient);
    await network.hasLied('org-3', 'stores_nothing');
    expect(await findViolations(network, workload)).toEqual([]);
    await network.lie('org-3');
  });
}

function testPayloads(under: Under): void {
  test('[P12] [P13] a payload that is withheld or altered is shown as missing, its sender is named, and it comes once one gives it', async () => {
    const { network, workload } = under();
    await network.lie(liar, { lies: ['alters_payloads'] });
    for (const id of ['org-1', 'org-2']) await network.lie(id, { lies: ['withholds_payloads'] });
    await network.lie('org-3', { lies: ['stores_nothing'] });
    const reported = await workload.report(liar);
    await network.hasLied(liar, 'alters_payloads');
    await network.hasLied('org-1', 'withholds_payloads');
    const refused = `suyuan_payloads_refused_total{sender="${liar}"`;
    await until('the liar is named', async () => (await network.metric('org-3', refused)) > 0 || undefined);
    const [entry = -1] = reported.entries;
    const shown = await network.query('org-3', `select status from batch where entry = ${entry}`);
    expect(shown).toEqual([{ status: 'missing' }]);
    for (const id of network.ids) await network.lie(id);
    await workload.collectReceipts(reported);
    expect(await findViolations(network, workload)).toEqual([]);
  });
}

function testProposals(under: Under): void {
  test('[O3] a validator that proposes what nobody has signed is outvoted, and that is counted', async () => {
    const { network, workload } = under();
    const honest = network.ids.filter((id) => id !== liar);
    const begin = 'suyuan_statements_refused_total{door="proposal"';
    const outvoted = async (): Promise<number> => {
      const counts = await Promise.all(honest.map((id) => network.metric(id, begin)));
      return counts.reduce((sum, count) => sum + count, 0);
    };
    const before = await outvoted();
    await network.lie(liar, { lies: ['proposes_invalid'] });
    await until('it was outvoted', async () => {
      await workload.collectReceipts(await workload.report('org-1'));
      return (await outvoted()) > before || undefined;
    });
    await network.hasLied(liar, 'proposes_invalid');
    await network.lie(liar);
    expect(await findViolations(network, workload)).toEqual([]);
  });
}

/** What an organisation signs with its own key, outside of its node, and where it can hand that over. */
async function openLiar(network: RealNetwork): Promise<{
  readonly sign: (sequence: number, change?: { lastValidHeight?: number; of?: Uint8Array }) => Uint8Array;
  readonly byStranger: Uint8Array;
  readonly handOver: (to: string) => Promise<HandOver>;
}> {
  const keys = await openKeys(
    join(network.folder, liar, 'organizations', liar, 'keys'),
    REQUIRED_KEYS.validator,
    false,
  );
  const { statement } = keys;
  assert(statement !== undefined, 'a validator has a statement key');
  const genesis = await readFile(join(network.folder, liar, 'genesis.cbor'));
  const own = networkIdOf(nativeCrypto, new Uint8Array(genesis));
  const signWith =
    (signer: typeof statement) =>
    (sequence: number, change: { lastValidHeight?: number; of?: Uint8Array } = {}): Uint8Array => {
      const { lastValidHeight = 100_000, of = own } = change;
      const fields = { purpose: 'audit_trail', name: `a${sequence}`, size: 1, digest: own } as const;
      const claims = { network: of, issuer: liar, sequence, lastValidHeight };
      return signStatement(nativeCrypto, { ...claims, body: { kind: 'anchor', fields } }, signer);
    };
  return {
    sign: signWith(statement),
    byStranger: signWith(nativeSigner(new Uint8Array(32)))(900),
    handOver: async (to) => {
      const home = join(network.folder, to, 'organizations', to, 'cometbft', 'config', 'config.toml');
      const [, port] = /^laddr = "tcp:\/\/127\.0\.0\.1:(\d+)"/m.exec(await readFile(home, 'utf8')) ?? [];
      return createHandOver(createAskEngine(() => Number(port), new AbortController().signal));
    },
  };
}

function testStatements(under: Under): void {
  test('[S14] [O2] two statements under one number, signed and spread at once: one is ordered, the same everywhere', async () => {
    const { network, workload } = under();
    const { sign, handOver } = await openLiar(network);
    const twins = [sign(700), sign(700, { lastValidHeight: 99_999 })];
    const taken = await Promise.all(
      twins.map(async (twin, index) => await (await handOver(index === 0 ? 'org-1' : liar))(twin)),
    );
    expect(taken).toContainEqual({ status: 'taken' });
    const list = twins.map((twin) => `'\\x${encodeHex(twin)}'`).join(', ');
    const found = `select entry, refusal, encode(statement, 'hex') as statement from log_entry where statement in (${list})`;
    const first = await until('one of them is ordered', async () => {
      const rows = await network.query('org-1', found);
      return rows.length > 0 ? rows : undefined;
    });
    await workload.collectReceipts(await workload.report(liar)); // its own numbers go on below
    expect(await findViolations(network, workload)).toEqual([]);
    expect(first).toMatchObject([{ refusal: null }]);
    for (const id of network.ids) expect(await network.query(id, found)).toEqual(first);
  });

  test('[O2] garbage, oversize, wrongly signed, spent, expired, of another network, handed to the engine: refused by code and counted', async () => {
    const { network, workload } = under();
    const { sign, byStranger, handOver } = await openLiar(network);
    const unfit: readonly (readonly [code: string, statement: Uint8Array])[] = [
      ['statement_malformed', encodeUtf8('garbage')],
      [
        'statement_signature_invalid',
        sign(800).map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte)),
      ],
      ['statement_key_unknown', byStranger],
      ['sequence_spent', sign(700, { lastValidHeight: 99_998 })],
      ['statement_expired', sign(801, { lastValidHeight: 1 })],
      ['network_mismatch', sign(802, { of: new Uint8Array(32).fill(7) })],
    ];
    const hand = await handOver('org-2');
    for (const [code, statement] of unfit) {
      const counter = `suyuan_statements_refused_total{door="check",code="${code}"`;
      const before = await network.metric('org-2', counter);
      expect(await hand(statement)).toEqual({ status: 'refused', code });
      expect([code, await network.metric('org-2', counter)]).toEqual([code, before + 1]);
    }
    // The engine itself has the limit of a statement; the node never sees this one.
    expect(await hand(new Uint8Array(40_000))).toMatchObject({
      reason: expect.stringContaining('Tx too large'),
    });
    expect(await findViolations(network, workload)).toEqual([]);
  });
}

function testCheckpoints(under: Under): void {
  test('[C9] a checkpoint that contradicts what its signer has signed before raises the alarm and is kept; all go on', async () => {
    const { network, workload } = under();
    await publishOtherCheckpoint(network, liar, 'org-1');
    const alarm = `suyuan_split_views_total{signer="${liar}"`;
    await until('the alarm', async () => (await network.metric('org-1', alarm)) > 0 || undefined);
    const kept = `select distinct organization from split_view`;
    await until('the evidence', async () =>
      (await network.query('org-1', kept)).length > 0 ? true : undefined,
    );
    expect(await network.query('org-1', kept)).toEqual([{ organization: liar }]);
    await workload.collectReceipts(await workload.report('org-2'));
    expect(await findViolations(network, workload)).toEqual([]);
  });
}
