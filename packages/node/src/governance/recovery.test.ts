// A statement key that somebody else has replaced: nothing is signed in vain, and the recovery key takes it back.
import { activeKeyOf, keyIdOf, keyOf, registerKey, signStatement, viewOf } from '@suyuan/ledger';
import type { StatementBody } from '@suyuan/ledger';
import { assert, encodeBase64, encodeHex } from '@suyuan/log';
import type { Signer } from '@suyuan/log';
import { generateSeed, nativeCrypto, nativeSigner } from '@suyuan/native-crypto';
import { exampleModule } from '@suyuan/testkit';
import { expect, test } from 'vitest';

import { openNextKey } from '../keys/key-files.ts';
import { startGovernanceNetwork, until } from './testing/governance-network.ts';
import type { GovernanceNetwork } from './testing/governance-network.ts';
import { batchesOf, pushRecords, reportAll } from './testing/report-records.ts';

const maker = 'vehicles';
const members = [{ organization: 'managers' }, { organization: maker, recordKinds: ['battery_module'] }];
const later = {
  ...exampleModule,
  moduleCode: 'SY1MB01A000001GB20000002',
  cellCodes: ['SY1CB01A000001GB10000003', 'SY1CB01A000001GB10000004'],
};
const shownKey = (network: GovernanceNetwork, purpose: 'statement' | 'recovery', signer: Signer) => {
  const key = registerKey({ context: network.network, organization: maker, purpose }, signer);
  return { purpose, publicKey: encodeHex(key.publicKey), proof: encodeHex(key.proof) };
};
const highestOf = async (network: GovernanceNetwork): Promise<number> => {
  const { organizations } = (await network.call('managers', 'GET', '/governance')).body;
  assert(Array.isArray(organizations), 'organisations are listed');
  return organizations.find(({ id }) => id === maker).sequence;
};
const signed = (
  network: GovernanceNetwork,
  body: StatementBody,
  signer: Signer,
  about: { readonly sequence: number; readonly lastValidHeight?: number },
): string =>
  encodeBase64(
    signStatement(
      nativeCrypto,
      { network: network.network, issuer: maker, lastValidHeight: 10_000, ...about, body },
      signer,
    ),
  );
const handIn = async (network: GovernanceNetwork, statement: string) =>
  await network.call('managers', 'POST', '/governance/statements', { statement });

test('[N25] [N26] a statement key in wrong hands: nothing is signed in vain, and the recovery key takes it back', async () => {
  await using network = await startGovernanceNetwork(members);
  const recovery = nativeSigner(generateSeed());
  const thief = nativeSigner(generateSeed());
  await network.act(maker, { kind: 'key', add: [shownKey(network, 'recovery', recovery)] });
  await pushRecords(network, maker, 'battery_module', [exampleModule]);
  const [before] = batchesOf(await reportAll(network, maker));
  const receiptOf = async (entry: unknown): Promise<number> =>
    (await network.call(maker, 'GET', `/receipts/${String(entry)}/0`)).status;
  await until(async () => (await receiptOf(before?.['entry'])) === 200);
  const stolen = activeKeyOf(
    viewOf(nativeCrypto, network.node(maker).slices.ledger.state()),
    maker,
    'statement',
  );
  assert(stolen !== undefined, 'there is a statement key');

  // Who has the old key registers one of their own.
  await network.act(maker, { kind: 'key', add: [shownKey(network, 'statement', thief)] });
  const used = await highestOf(network);
  await pushRecords(network, maker, 'battery_module', [later]);
  const begun = await network.call(maker, 'POST', '/reports', { all: true }, 'operator');
  const report = `/reports/${String(begun.body['id'])}`;
  const issued = await network.call(maker, 'POST', '/governance/acts', {
    kind: 'key_rotation',
    purposes: ['log'],
  });
  await until(async () => {
    const { waiting } = (await network.call(maker, 'GET', report)).body;
    return Object(waiting).code === 'waiting_for_key';
  });
  // Blocks come, and nothing of it is signed.
  await network.act('managers', { kind: 'modules', organization: 'managers', recordKinds: ['battery_pack'] });
  await network.catchUp(maker, 'managers');
  const rows = await network
    .node(maker)
    .database.read((db) =>
      db
        .selectFrom('governance_act')
        .select(['status', 'statement'])
        .where('status', '!=', 'applied')
        .execute(),
    );
  expect(rows).toEqual([{ status: 'planned', statement: null }]);
  expect(await highestOf(network)).toBe(used);

  await network.stop(maker);
  const next = await openNextKey(network.keysDirOf(maker), 'statement');
  const registered = registerKey(
    { context: network.network, organization: maker, purpose: 'statement' },
    next,
  );
  const change = {
    kind: 'key',
    fields: { organization: maker, add: [registered], end: [], activation: 0 },
  } as const;
  expect(await handIn(network, signed(network, change, recovery, { sequence: used + 1 }))).toMatchObject({
    status: 202,
    body: { organization: maker },
  });
  await until(async () => (await highestOf(network)) === used + 1);
  await network.start(maker);
  await network.catchUp(maker, 'managers');
  const plan = `/governance/plans/${String(issued.body['plan'])}`;
  await until(async () =>
    JSON.stringify((await network.call(maker, 'GET', plan)).body).includes('"applied"'),
  );
  await until(async () => (await network.call(maker, 'GET', report)).body['status'] === 'done');

  // The stolen key and that of the thief have ended, at a height that stays; what was reported before still verifies.
  const view = viewOf(nativeCrypto, network.node(maker).slices.ledger.state());
  expect(keyOf(view, stolen.keyId)?.until).toBeGreaterThan(0);
  expect(keyOf(view, keyIdOf(nativeCrypto, thief.publicKey))?.until).toBeGreaterThan(0);
  expect(activeKeyOf(view, maker, 'statement')?.publicKey).toEqual(next.publicKey);
  expect(await receiptOf(before?.['entry'])).toBe(200);
  expect(network.broken).toEqual([]);
});

test('[N25] nothing else is handed in', async () => {
  await using network = await startGovernanceNetwork(members);
  const recovery = nativeSigner(generateSeed());
  const statement = (await network.keysOf(maker, 'validator')).statement;
  assert(statement !== undefined, 'there is a statement key');
  const registered = registerKey(
    { context: network.network, organization: maker, purpose: 'log' },
    nativeSigner(generateSeed()),
  );
  const change = {
    kind: 'key',
    fields: { organization: maker, add: [registered], end: [], activation: 0 },
  } as const;
  const unchanged = { kind: 'key', fields: { ...change.fields, add: [] } } as const;
  const anchor = {
    kind: 'anchor',
    fields: { purpose: 'shard', name: 'x', size: 1, digest: new Uint8Array(32) },
  } as const;
  expect(await handIn(network, signed(network, change, recovery, { sequence: 9 }))).toMatchObject({
    body: { code: 'governance_refused', refusal: { code: 'statement_key_unknown' } },
  });
  await network.act(maker, { kind: 'key', add: [shownKey(network, 'recovery', recovery)] });
  await network.catchUp('managers', maker);
  const cases = [
    ['statement_malformed', encodeBase64(new Uint8Array(40))],
    ['not_entitled', signed(network, change, statement, { sequence: 9 })],
    ['not_entitled', signed(network, anchor, recovery, { sequence: 9 })],
    ['unchanged', signed(network, unchanged, recovery, { sequence: 9 })],
    ['sequence_spent', signed(network, change, recovery, { sequence: 1 })],
    ['sequence_too_far', signed(network, change, recovery, { sequence: 2 ** 40 })],
    ['statement_expired', signed(network, change, recovery, { sequence: 9, lastValidHeight: 1 })],
  ] as const;
  for (const [code, text] of cases)
    expect(await handIn(network, text)).toMatchObject({
      status: 409,
      body: { code: 'governance_refused', refusal: { code, message: { zh: expect.stringMatching(/。$/u) } } },
    });
  expect(await handIn(network, 'no base64!')).toMatchObject({ status: 422 });
  const open = await network.call(
    'managers',
    'POST',
    '/governance/statements',
    { statement: '' },
    'operator',
  );
  expect(open.status).toBe(403);
});
