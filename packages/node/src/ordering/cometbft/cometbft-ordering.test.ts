// The `cometbft` ordering with real CometBFT processes and real PostgreSQL: one validator, then four and an observer.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import type { OrganizationRole } from '@suyuan/ledger';
import { logSizeOf } from '@suyuan/ledger';
import { assert, encodeHex, ok, reject } from '@suyuan/log';
import { describe, expect, test } from 'vitest';

import type { Ledger } from '../../ledger-store/ledger.ts';
import { installCometbft } from '../../testing/install-cometbft.ts';
import { makeTestConsortium } from '../../testing/test-consortium.ts';
import type { TestMember } from '../../testing/test-consortium.ts';
import { testDatabase } from '../../testing/test-database.ts';

const program = await installCometbft();
const reason = program === undefined ? ' (skipped: neither CometBFT nor Go is on this machine)' : '';

interface Consortium extends AsyncDisposable {
  readonly members: readonly TestMember[];
  readonly member: (index: number) => TestMember;
  /** Resolves when all these have this many entries. */
  readonly size: (size: number, members?: readonly TestMember[]) => Promise<void>;
}

async function openConsortium(roles: readonly OrganizationRole[]): Promise<Consortium> {
  assert(program !== undefined, 'tests without CometBFT are skipped');
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-cometbft-'));
  const databases = await Promise.all(roles.map(() => testDatabase()));
  const members = await makeTestConsortium({
    program,
    folder,
    members: databases.map((database, i) => [`org-${i}`, roles[i] ?? 'validator', database]),
  });
  await Promise.all(members.map((member) => member.open()));
  return {
    members,
    member: (index) => {
      const member = members[index];
      assert(member !== undefined, 'the consortium has this member');
      return member;
    },
    size: async (size, among = members) => {
      const isReached = (ledger: Ledger): boolean => logSizeOf(ledger.state()) >= size;
      await Promise.all(among.map((member) => member.until(isReached)));
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(members.map((member) => member.close()));
      await Promise.all(databases.map((database) => database[Symbol.asyncDispose]()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function appHashes(members: readonly TestMember[]): Promise<ReadonlySet<string>> {
  const height = Math.min(...members.map((member) => member.ledger().state().height));
  const hashes = members.map(async ({ database }) => {
    const row = await database.read((db) =>
      db.selectFrom('block').select('app_hash').where('height', '=', height).executeTakeFirstOrThrow(),
    );
    return encodeHex(row.app_hash);
  });
  return new Set(await Promise.all(hashes));
}

/** Each statement of `numbers` at one member, one after the other, applied at all; gives the times in ms. */
async function timeEach({ members, size }: Consortium, from: number, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const member = members[i % members.length];
    assert(member !== undefined, 'there are members');
    const began = performance.now();
    await member.ordering().submit(member.sign(from + i));
    const next = logSizeOf(member.ledger().state()) + 1;
    await size(next);
    times.push(performance.now() - began);
    // The empty block with the new app hash, so that the next statement meets an idle network.
    const height = (await member.ledger().log.entry(next - 1))?.height ?? 0;
    await Promise.all(members.map((other) => other.until((ledger) => ledger.state().height > height)));
  }
  return times.sort((a, b) => a - b);
}

describe.skipIf(program === undefined)(`one validator${reason}`, () => {
  test('[O4] [O9] orders what is submitted, once, and makes no blocks while nothing waits', async () => {
    await using consortium = await openConsortium(['validator']);
    const one = consortium.member(0);
    const statement = one.sign(1);
    expect(await one.ordering().submit(statement)).toEqual(ok(undefined));
    expect(await one.ordering().submit(statement)).toEqual(ok(undefined));
    await consortium.size(1);
    expect(await one.ordering().submit(statement)).toMatchObject(reject({ code: 'sequence_spent' }));
    await one.until((ledger) => ledger.state().height >= 2);
    const { height } = one.ledger().state();
    // That nothing happens can only be seen by waiting.
    await setTimeout(1_500);
    expect(one.ledger().state().height).toBe(height);
    await one.ordering().submit(one.sign(2));
    await consortium.size(2);
    expect(one.ledger().state().height).toBe(height + 1);
    expect(one.faults).toEqual([]);
  });

  test('[O5] [O8] CometBFT killed with kill -9: started again, and what it had not ordered is ordered', async () => {
    await using consortium = await openConsortium(['validator']);
    const one = consortium.member(0);
    await one.ordering().submit(one.sign(1));
    await consortium.size(1);
    for (let round = 2; round <= 4; round++) {
      const pid = one.ordering().pid();
      assert(pid !== undefined, 'CometBFT runs');
      process.kill(pid, 'SIGKILL');
      expect(await one.ordering().submit(one.sign(round))).toEqual(ok(undefined));
      await consortium.size(round);
      expect(one.ordering().pid()).not.toBe(pid);
    }
    expect(one.faults).toEqual([]);
  });

  test('[O5] a node that is opened again goes on, also where its process was left behind by a kill', async () => {
    await using consortium = await openConsortium(['validator']);
    const one = consortium.member(0);
    await one.ordering().submit(one.sign(1));
    await consortium.size(1);
    await one.close();
    await one.open();
    await one.ordering().submit(one.sign(2));
    await consortium.size(2);
    expect(await one.ordering().submit(one.sign(1))).toMatchObject({ ok: false });
    expect(one.faults).toEqual([]);
  });

  test('[O5] a database that came from an old backup is brought up by the blocks that CometBFT holds', async () => {
    await using consortium = await openConsortium(['validator']);
    const one = consortium.member(0);
    for (let i = 1; i <= 3; i++) {
      await one.ordering().submit(one.sign(i));
      await consortium.size(i);
    }
    await one.close();
    await forgetBlocks(one);
    await one.open();
    await consortium.size(3);
    await one.ordering().submit(one.sign(4));
    await consortium.size(4);
    expect(one.faults).toEqual([]);
  });

  test('[O8] a CometBFT that has fewer blocks than the database is a fault that says what to do', async () => {
    await using consortium = await openConsortium(['validator']);
    const one = consortium.member(0);
    await one.ordering().submit(one.sign(1));
    await consortium.size(1);
    await one.close();
    await cp(one.home, `${one.home}-old`, { recursive: true });
    await one.open();
    await one.ordering().submit(one.sign(2));
    await one.until((ledger) => logSizeOf(ledger.state()) === 2);
    await one.ordering().submit(one.sign(3));
    await consortium.size(3);
    await one.close();
    await rm(one.home, { recursive: true });
    await expect(one.open()).rejects.toMatchObject({ code: 'consensus_blocks_missing' });
    await cp(`${one.home}-old`, one.home, { recursive: true });
    await rm(join(one.home, 'data', 'priv_validator_state.json'));
    await expect(one.open()).rejects.toMatchObject({ code: 'consensus_state_missing' });
    await cp(`${one.home}-old`, one.home, { recursive: true });
    await one.open();
    await expect.poll(() => one.faults, { timeout: 20_000 }).toMatchObject([{ code: 'ordering_behind' }]);
  });
});

/** As a backup from before the first block would leave it. */
async function forgetBlocks({ database }: TestMember): Promise<void> {
  await database.transact(async ({ sql }) => {
    for (const table of ['block', 'ledger_state', 'log_entry', 'log_tile'] as const)
      await sql.deleteFrom(table).execute();
  });
}

describe.skipIf(program === undefined)(`four validators${reason}`, () => {
  test('[O3] [O4] [O7] the same blocks and app hash everywhere, one of four killed and back, an observer follows', async () => {
    await using consortium = await openConsortium([
      'validator',
      'validator',
      'validator',
      'validator',
      'observer',
    ]);
    const { members, member, size } = consortium;
    await member(0).ordering().submit(member(0).sign(1));
    await size(1);
    expect((await appHashes(members)).size).toBe(1);

    const times = await timeEach(consortium, 100, 40);
    const at = (share: number): number => Math.round(times[Math.floor(times.length * share)] ?? NaN);
    console.log(`submit to applied on all five: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);

    const killed = member(3);
    const pid = killed.ordering().pid();
    assert(pid !== undefined, 'CometBFT runs');
    process.kill(pid, 'SIGSTOP');
    const others = members.filter((other) => other !== killed);
    for (let i = 1; i <= 3; i++)
      await member(i % 3)
        .ordering()
        .submit(member(i % 3).sign(200 + i));
    await size(44, others);
    expect(logSizeOf(killed.ledger().state())).toBe(41);
    process.kill(pid, 'SIGKILL');
    await size(44);
    expect((await appHashes(members)).size).toBe(1);
    expect(members.flatMap(({ faults }) => faults)).toEqual([]);

    const observer = member(4);
    await observer.ordering().submit(observer.sign(300));
    await size(45);
    const validators = JSON.parse(await readFile(join(observer.home, 'config', 'genesis.json'), 'utf8'));
    expect(validators).toMatchObject({ validators: [{}, {}, {}, {}] });
  });
});
