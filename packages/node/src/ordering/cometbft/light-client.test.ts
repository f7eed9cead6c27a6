// What an outsider can check of the consensus with software that is not ours: CometBFT's light client.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { logSizeOf } from '@suyuan/ledger';
import { assert, encodeHex } from '@suyuan/log';
import { expect, test } from 'vitest';

import { installCometbft } from '../../testing/install-cometbft.ts';
import { makeTestConsortium } from '../../testing/test-consortium.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { reservePort } from '../../free-port.ts';

const program = await installCometbft();
const reason = program === undefined ? ' (skipped: neither CometBFT nor Go is on this machine)' : '';

interface Commit {
  readonly signed_header: {
    readonly header: { readonly app_hash: string; readonly chain_id: string };
    readonly commit: { readonly block_id: { readonly hash: string } };
  };
}

/** Undefined while nobody answers. */
async function commitOf(url: string, height: number): Promise<Commit | undefined> {
  try {
    const answer: { result?: Commit } = await (await fetch(`${url}/commit?height=${height}`)).json();
    return answer.result;
  } catch {
    return undefined;
  }
}

test.skipIf(program === undefined)(
  `[O7] a light client verifies the headers, which carry the app hash of the ledger${reason}`,
  async () => {
    assert(program !== undefined, 'tests without CometBFT are skipped');
    const folder = await mkdtemp(join(tmpdir(), 'suyuan-light-'));
    await using one = await testDatabase();
    await using two = await testDatabase();
    const members = await makeTestConsortium({
      program,
      folder,
      members: [
        ['org-0', 'validator', one],
        ['org-1', 'validator', two],
      ],
    });
    await Promise.all(members.map((member) => member.open()));
    const [member] = members;
    assert(member !== undefined, 'there are members');
    for (let size = 1; size <= 2; size++) {
      await member.ordering().submit(member.sign(size));
      await member.until((ledger) => logSizeOf(ledger.state()) === size);
    }
    const height = ((await member.ledger().log.entry(1))?.height ?? 0) + 1;
    await Promise.all(members.map((each) => each.until((ledger) => ledger.state().height >= height)));
    const [primary = '', witness = ''] = members.map(
      (each) => `http://127.0.0.1:${each.ordering().rpcPort()}`,
    );
    const trusted = await commitOf(primary, 2);
    assert(trusted !== undefined, 'CometBFT answers');
    const { header, commit } = trusted.signed_header;

    const port = await reservePort();
    const trust = ['--height', '2', '--hash', commit.block_id.hash, '--home-dir', join(folder, 'light')];
    const nodes = ['--primary', primary, '--witnesses', witness, '--laddr', `tcp://127.0.0.1:${port}`];
    const light = spawn(program, ['light', header.chain_id, ...nodes, ...trust], { stdio: 'ignore' });
    const appHash = async (): Promise<string | undefined> =>
      (await commitOf(`http://127.0.0.1:${port}`, height))?.signed_header.header.app_hash.toLowerCase();
    const status = await member.ledger().application.status();
    await expect.poll(appHash, { timeout: 20_000 }).toBe(encodeHex(status.appHash));
    light.kill();
    await once(light, 'exit');
    await Promise.all(members.map((each) => each.close()));
    await rm(folder, { recursive: true });
  },
);
