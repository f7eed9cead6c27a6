// From an invitation to a fourth organisation that reports, through the doors of whole nodes.
import type { GovernanceWish } from '@suyuan/api';
import { KEY_PURPOSES, registerKey } from '@suyuan/ledger';
import { encodeHex } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { exampleModule } from '@suyuan/testkit';
import { describe, expect, test } from 'vitest';

import type { Signers } from '../../genesis.ts';
import { memorySource } from '../../import/byte-source.ts';
import { rowXml, workbookFile } from '../../import/testing/workbook-file.ts';
import type { GovernanceNetwork } from '../testing/governance-network.ts';
import { startGovernanceNetwork, until } from '../testing/governance-network.ts';
import { batchesOf, pushRecords, reportAll } from '../testing/report-records.ts';
import { readInvitationList } from './read-invitation-list.ts';

const two = [{ organization: 'managers' }, { organization: 'vehicles' }];

function keysOf(network: GovernanceNetwork, organization: string, signers: Signers): object[] {
  return KEY_PURPOSES.flatMap((purpose) => {
    const signer = signers[purpose];
    if (signer === undefined) return [];
    const key = registerKey({ context: network.network, organization, purpose }, signer);
    return [{ purpose, publicKey: encodeHex(key.publicKey), proof: encodeHex(key.proof) }];
  });
}

async function invite(network: GovernanceNetwork, days = 30): Promise<Record<string, unknown>> {
  const made = await network.call('managers', 'POST', '/governance/invitations', { name: '电池厂', days });
  expect(made.status).toBe(201);
  return { ...Object(made.body['file']) };
}

function requestWith(secret: unknown, keys: object[]): Record<string, unknown> {
  return {
    secret,
    organization: 'batteries',
    name: '电池厂',
    uscc: '91350100M000100Y43',
    businessType: 'battery_maker',
    keys,
  };
}

describe('joining', () => {
  test('[N9] [N15] [N16] [N18] [N20] [N22] [P21] who is invited asks, is admitted with its modules, follows, reports, and gets a vote', async () => {
    await using network = await startGovernanceNetwork([
      { organization: 'managers', recordKinds: ['battery_module'] },
      { organization: 'vehicles' },
    ]);
    const earlier = { ...exampleModule, moduleCode: 'SY1MB01A000001GB20000002', cellCodes: [] };
    await pushRecords(network, 'managers', 'battery_module', [
      { ...earlier, cellCodes: ['SY1CB01A000001GB10000003', 'SY1CB01A000001GB10000004'] },
    ]);
    await reportAll(network, 'managers');
    const file = await invite(network);
    expect(file).toMatchObject({
      format: 'suyuan-invitation/v1',
      network: encodeHex(network.network),
      peers: [{ organization: 'managers' }, { organization: 'vehicles' }],
    });
    const made = await network.keysOf('batteries', 'observer');
    const keys = keysOf(network, 'batteries', made);
    const asked = requestWith(file['secret'], keys);
    const taken = await network.call('managers', 'POST', '/join-requests', asked, null);
    expect(taken).toMatchObject({ status: 200, body: { status: 'waiting' } });
    const genesis = Buffer.from(String(taken.body['genesis']), 'base64');
    expect(encodeHex(nativeCrypto.sha256(genesis))).toBe(file['network']);
    // Asked again it is the same request, and not another one.
    await network.call(
      'managers',
      'POST',
      '/join-requests',
      { ...asked, url: 'http://b.example:8701', consensus: 'b.example:26656' },
      null,
    );
    const listed = await network.call('managers', 'GET', '/governance/join-requests');
    expect(listed.body['items']).toMatchObject([
      {
        organization: 'batteries',
        status: 'waiting',
        url: 'http://b.example:8701',
        consensus: 'b.example:26656',
      },
    ]);
    const wish = { kind: 'admission', request: 1, channels: [1] } satisfies GovernanceWish;
    const preview = await network.call('managers', 'POST', '/governance/preview', wish);
    expect(preview.body).toMatchObject({
      isAllowed: true,
      acts: [
        { kind: 'organization' },
        { kind: 'modules' },
        { kind: 'channel', votes: { missing: ['batteries'] } },
      ],
    });
    expect(await network.act('managers', wish)).toMatchObject([
      { kind: 'organization', status: 'applied' },
      { kind: 'modules', status: 'applied' },
      { kind: 'channel', status: 'applied' },
    ]);
    // The others learn its address from the managing organisation, without being told by anybody else.
    await until(async () => {
      const { organizations } = (await network.call('vehicles', 'GET', '/governance')).body;
      return JSON.stringify(organizations).includes('http://b.example:8701');
    });
    expect((await network.call('managers', 'POST', '/join-requests', asked, null)).body['status']).toBe(
      'admitted',
    );
    expect(network.node('vehicles').peers.consensusOf('batteries')).toEqual({
      host: 'b.example',
      port: 26_656,
    });
    await network.start('batteries');
    await network.catchUp('batteries', 'managers');
    // Not a member yet: it holds nothing, and nothing is missing.
    const held = async (status: string): Promise<unknown> =>
      (await network.call('batteries', 'GET', `/batches?status=${status}`)).body['items'];
    expect([await held('reported'), await held('missing')]).toEqual([[], []]);
    const { items } = (await network.call('batteries', 'GET', '/governance/proposals')).body;
    const [invitation]: Record<string, unknown>[] = Array.isArray(items) ? items : [];
    await network.act('batteries', { kind: 'vote', entry: Number(invitation?.['entry']), approves: true });
    await network.catchUp('managers', 'batteries');
    await network.catchUp('vehicles', 'batteries');
    // What the channel had before it came is fetched.
    await until(async () => JSON.stringify(await held('reported')).includes('managers'));
    await pushRecords(network, 'batteries', 'battery_module', [exampleModule]);
    expect(batchesOf(await reportAll(network, 'batteries'))).toMatchObject([
      { status: 'reported', channel: 1 },
    ]);
    await network.catchUp('vehicles', 'batteries');
    const trace = await network.call('vehicles', 'GET', `/trace/${String(exampleModule['moduleCode'])}`);
    expect(trace.body['events']).toMatchObject([{ reporter: 'batteries' }]);
    // An observer is to vote: its node makes the keys for that first, and signs once it has the role.
    const purposes = ['log', 'cosigning', 'validator'] as const;
    await network.act('batteries', { kind: 'key_rotation', purposes: [...purposes] });
    await network.catchUp('managers', 'batteries');
    const role = { kind: 'organization', organization: 'batteries', role: 'validator' } as const;
    expect(await network.act('managers', role)).toMatchObject([{ status: 'applied' }]);
    await network.catchUp('batteries', 'managers');
    await network.act('managers', { ...role, role: 'observer' });
    const signedBy = async (): Promise<readonly string[]> => {
      const rows = await network
        .node('managers')
        .database.read((db) => db.selectFrom('checkpoint_signature').select('organization').execute());
      return rows.map(({ organization }) => organization);
    };
    await until(async () => (await signedBy()).includes('batteries'));
    expect(network.broken).toEqual([]);
  });

  test('[N17] [N19] what is not in order is refused at the door', async () => {
    await using network = await startGovernanceNetwork(two);
    const signers = await network.keysOf('batteries', 'observer');
    const keys = keysOf(network, 'batteries', signers);
    const ask = async (body: object): Promise<unknown> => {
      const { status, body: answer } = await network.call('managers', 'POST', '/join-requests', body, null);
      return status === 200 ? 'taken' : (Object(answer['refusal']).code ?? answer['code']);
    };
    expect(await ask(requestWith('a secret that nobody has made', keys))).toBe('invitation_unusable');
    const { secret } = await invite(network);
    const right = requestWith(secret, keys);
    expect(await ask({ ...right, uscc: 'ABC' })).toBe('governance_wish_invalid');
    expect(await ask({ ...right, businessType: 'thief' })).toBe('governance_wish_invalid');
    expect(await ask({ ...right, url: 'http://user:pass@host/' })).toBe('governance_wish_invalid');
    expect(await ask({ ...right, organization: 'vehicles' })).toBe('keys_only_on_admission');
    expect(await ask({ ...right, keys: keysOf(network, 'other', signers) })).toBe('possession_invalid');
    expect(await ask({ ...right, keys: keys.slice(0, 1) })).toBe('key_required');
    const withdrawn = await network.call('managers', 'DELETE', '/governance/invitations/1');
    expect(withdrawn.body).toMatchObject({ status: 'withdrawn' });
    expect(await ask(right)).toBe('invitation_unusable');
    // The door takes ten a minute of one address.
    for (let more = 0; more < 3; more += 1) await ask(right);
    expect(await ask(right)).toBe('too_many_requests');
    const notManaging = await network.call('vehicles', 'POST', '/governance/invitations', { name: 'X' });
    expect(notManaging.body).toMatchObject({ refusal: { code: 'not_entitled' } });
    expect(network.broken).toEqual([]);
  });

  test('[N20] a declined request says why, and is not decided twice', async () => {
    await using network = await startGovernanceNetwork(two);
    const { secret } = await invite(network);
    const signers = await network.keysOf('batteries', 'observer');
    const asked = requestWith(secret, keysOf(network, 'batteries', signers));
    await network.call('managers', 'POST', '/join-requests', asked, null);
    const path = '/governance/join-requests/1/decline';
    const reason = 'we do not know you';
    expect((await network.call('managers', 'POST', path, { reason })).body).toMatchObject({
      status: 'declined',
    });
    expect((await network.call('managers', 'POST', path, { reason })).status).toBe(409);
    const told = await network.call('managers', 'POST', '/join-requests', asked, null);
    expect(told.body).toMatchObject({ status: 'declined', reason });
    const admission = { kind: 'admission', request: 1 };
    expect((await network.call('managers', 'POST', '/governance/preview', admission)).status).toBe(404);
  });
});

describe('a list of invitations', () => {
  test('[N21] is read from CSV and Excel in either language', async () => {
    const csv = Buffer.from('名称,业务类型,角色\n甲厂,电池生产企业,\n乙店,dealer,托管\n');
    expect(await readInvitationList(memorySource(csv))).toEqual({
      ok: true,
      value: [
        { name: '甲厂', businessType: 'battery_maker', role: 'observer' },
        { name: '乙店', businessType: 'dealer', role: 'hosted' },
      ],
    });
    const book = workbookFile({
      sheets: {
        list: rowXml(1, ['name', 'business_type']) + rowXml(2, ['A', 'recycler']),
      },
    });
    expect(await readInvitationList(memorySource(book))).toMatchObject({
      ok: true,
      value: [{ name: 'A', businessType: 'recycler' }],
    });
  });

  test('[N21] names every wrong row, and nobody is invited then', async () => {
    const csv = Buffer.from('name,business_type,role\n,dealer,\nA,pirate,\nA,dealer,king\n');
    expect(await readInvitationList(memorySource(csv))).toEqual({
      ok: false,
      error: {
        code: 'invitation_list_invalid',
        problems: [
          { row: 2, code: 'name_missing' },
          { row: 3, code: 'business_type_unknown' },
          { row: 4, code: 'name_repeated' },
          { row: 4, code: 'role_unknown' },
        ],
      },
    });
    for (const [text, code] of [
      ['x,y\n1,2\n', 'header_missing'],
      ['name,business_type\n', 'list_empty'],
      ['', 'file_unreadable'],
    ] as const) {
      expect(await readInvitationList(memorySource(Buffer.from(text)))).toMatchObject({
        error: { problems: [{ row: 0, code }] },
      });
    }
  });
});
