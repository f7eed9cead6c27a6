// The main job over real HTTP with CometBFT ordering the statements: the demonstration, whole.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from './config.ts';
import { demoMembers } from './demo/demo-members.ts';
import { smallDemonstration, startDemonstration } from './demo/demonstration.ts';
import type { Demonstration } from './demo/demonstration.ts';
import { readOrderingKind } from './network-ordering.ts';
import { installCometbft } from './testing/install-cometbft.ts';
import { networkDatabases } from './testing/network-databases.ts';

const program = await installCometbft();
const reason = program === undefined ? ' (skipped: neither CometBFT nor Go is on this machine)' : '';

async function logsOf({ document }: Demonstration): Promise<readonly unknown[]> {
  return await Promise.all(
    document.organizations.map(async ({ url, tokens }): Promise<unknown> => {
      const headers = { authorization: `Bearer ${tokens.viewer}` };
      return await (await fetch(`${url}/api/v1/log`, { headers })).json();
    }),
  );
}

const threeOf = (log: object): readonly object[] => [log, log, log];

test.skipIf(program === undefined)(
  `[O4] the demonstration reports its samples through CometBFT, and again after a restart stands as it stood${reason}`,
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'suyuan-demo-'));
    await using databases = await networkDatabases(
      demoMembers(smallDemonstration.businessTypes).map(({ organization }) => organization),
    );
    const settings = {
      ...readSettings({ SUYUAN_LOG: 'silent' }, { dataDir, port: 0 }),
      databaseUrl: databases.url,
    };
    const first = await startDemonstration({ ...smallDemonstration, settings, ordering: 'cometbft' });
    // A node may be a block behind the one that has reported.
    await expect
      .poll(async () => await logsOf(first))
      .toMatchObject(threeOf({ size: 2, checkpoint: { size: 2 } }));
    const [{ root, stateRoot } = {}] = (await logsOf(first)).map(Object);
    expect(await logsOf(first)).toMatchObject(threeOf({ root, stateRoot }));
    await first.stop();

    const second = await startDemonstration({ ...smallDemonstration, settings, ordering: 'cometbft' });
    expect(await logsOf(second)).toMatchObject(threeOf({ size: 2, root, stateRoot }));
    await second.stop();
    await rm(dataDir, { recursive: true });
  },
);

test('SUYUAN_ORDERING is solo or cometbft', () => {
  expect([{}, { SUYUAN_ORDERING: 'solo' }, { SUYUAN_ORDERING: 'cometbft' }].map(readOrderingKind)).toEqual([
    'solo',
    'solo',
    'cometbft',
  ]);
  expect(() => readOrderingKind({ SUYUAN_ORDERING: 'raft' })).toThrow('expected solo or cometbft');
});
