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
import type { TestConsortiumOptions, TestMember } from '../../testing/test-consortium.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { orderRebuild, readRebuildOrder } from './rebuild.ts';

const program = await installCometbft();
const reason = program === undefined ? ' (skipped: neither CometBFT nor Go is on this machine)' : '';

/** A block comes within a fifth of this once there is anything to decide. */
const QUIET_MS = 600;

interface Consortium extends AsyncDisposable {
  readonly members: readonly TestMember[];
  readonly member: (index: number) => TestMember;
  /** Resolves when all these have this many entries. */
  readonly size: (size: number, members?: readonly TestMember[]) => Promise<void>;
}

async function openConsortium(
  roles: readonly OrganizationRole[],
  { wrap, stranger }: Pick<TestConsortiumOptions, 'wrap' | 'stranger'> = {},
): Promise<Consortium> {
  assert(program !== undefined, 'tests without CometBFT are skipped');
  const folder = await mkdtemp(join(tmpdir(), 'suyuan-cometbft-'));
  const databases = await Promise.all(roles.map(() => testDatabase()));
  const members = await makeTestConsortium({
    program,
    folder,
    members: databases.map((database, i) => [`org-${i}`, roles[i] ?? 'validator', database]),
    ...(wrap && { wrap }),
    stranger,
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

describe.skipIf(program === undefined)(`one validator${reason}`, () => {
  test('[O4] [O9] orders what is submitted, once, and makes no blocks while nothing waits', async () => {
    await using consortium = await openConsortium(['validator']);
    const one = consortium.member(0);
    const statement = one.sign(1);
    expect(await one.ordering().submit(statement)).toEqual(ok(undefined));
    expect(await one.ordering().submit(statement)).toEqual(ok(undefined));
    await consortium.size(1);
    expect(await one.ordering().submit(statement)).toMatchObject(reject({ code: 'sequence_spent' }));
    // The block of the statement, and the empty one that carries its app hash.
    const height = ((await one.ledger().log.entry(0))?.height ?? 0) + 1;
    await one.until((ledger) => ledger.state().height >= height);
    // That nothing happens can only be seen by waiting.
    await setTimeout(QUIET_MS);
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

  test('[O5] a node that is stopped and opened again goes on', async () => {
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
  test('[O4] [O7] [O10] [O13] the same blocks and app hash everywhere, one of four killed and back, its folder lost and rebuilt, an observer follows', async () => {
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

    for (let i = 0; i < 10; i++) {
      const from = member(i % 5);
      await from.ordering().submit(from.sign(100 + i));
      await size(i + 2);
    }

    const killed = member(3);
    const pid = killed.ordering().pid();
    assert(pid !== undefined, 'CometBFT runs');
    process.kill(pid, 'SIGSTOP');
    const others = members.filter((other) => other !== killed);
    for (let i = 1; i <= 3; i++)
      await member(i % 3)
        .ordering()
        .submit(member(i % 3).sign(200 + i));
    await size(14, others);
    expect(logSizeOf(killed.ledger().state())).toBe(11);
    process.kill(pid, 'SIGKILL');
    await size(14);
    expect((await appHashes(members)).size).toBe(1);
    expect(members.flatMap(({ faults }) => faults)).toEqual([]);

    await killed.close();
    for (let i = 1; i <= 3; i++)
      await member(i % 3)
        .ordering()
        .submit(member(i % 3).sign(210 + i));
    await size(17, others);
    await rm(killed.home, { recursive: true });
    const heardHeight = member(0).ledger().state().height;
    await orderRebuild(killed.home, { heardHeight });
    await killed.open();
    expect(await readFile(join(killed.home, 'data', 'priv_validator_state.json'), 'utf8')).toContain(
      `"${heardHeight + 2}"`,
    );
    await size(17);
    expect(await readRebuildOrder(killed.home)).toBeUndefined();

    const observer = member(4);
    await observer.ordering().submit(observer.sign(300));
    await size(18);
    const validators = JSON.parse(await readFile(join(observer.home, 'config', 'genesis.json'), 'utf8'));
    expect(validators).toMatchObject({ validators: [{}, {}, {}, {}] });
  });

  test('[O8] [O9] [O12] [O14] two of four down: nothing is decided, what was submitted waits, all goes on by itself; a stranger is let in by nobody', async () => {
    await using consortium = await openConsortium(
      ['validator', 'validator', 'validator', 'validator', 'observer'],
      { stranger: 'org-4' },
    );
    const { member } = consortium;
    const known = consortium.members.slice(0, 4);
    const size = async (count: number): Promise<void> => await consortium.size(count, known);
    await member(0).ordering().submit(member(0).sign(1));
    await size(1);
    const stopped = [member(2), member(3)].map((one) => one.ordering().pid() ?? 0);
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    expect(await member(0).ordering().submit(member(0).sign(2))).toEqual(ok(undefined));
    const told = { validators: 4, quorum: 3, silent: ['org-2', 'org-3'], waitingFor: 1 };
    await expect.poll(() => member(0).ordering().health?.(), { timeout: 20_000 }).toEqual(told);
    expect(logSizeOf(member(0).ledger().state())).toBe(1);
    // The one that has the statement loses its memory as well.
    process.kill(member(0).ordering().pid() ?? 0, 'SIGKILL');
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
    await size(2);
    expect((await appHashes(known)).size).toBe(1);
    expect(member(4).ledger().state().height).toBe(0);
    expect(consortium.members.flatMap(({ faults }) => faults)).toEqual([]);
  });

  test('[O3] [O6] [O9] a lying proposer is outvoted, what can be ordered no more is forgotten, an observer gets a vote', async () => {
    const seen = { lies: 0, refusals: 0 };
    await using consortium = await openConsortium(
      ['validator', 'validator', 'validator', 'validator', 'observer'],
      {
        wrap: (organization, application) => ({
          ...application,
          select: async (candidates, bytesMax) => {
            if (organization !== 'org-3') return await application.select(candidates, bytesMax);
            seen.lies += 1;
            return [...candidates, new Uint8Array([1, 2, 3])];
          },
          accept: async (statements) => {
            if (organization === 'org-3') return true;
            const isRight = await application.accept(statements);
            if (!isRight) seen.refusals += 1;
            return isRight;
          },
        }),
      },
    );
    const { members, member, size } = consortium;
    let ordered = 0;
    while (seen.lies < 2 || ordered < 8) {
      const from = member(ordered % 3);
      await from.ordering().submit(from.sign(ordered + 1));
      ordered += 1;
      await size(ordered);
    }
    expect(seen.refusals).toBeGreaterThan(0);

    // Two statements under one number: one is ordered, the other can be no more and must not keep the network awake.
    const twins = [900, 901].map((last) => member(0).sign(500, undefined, last));
    await Promise.all(twins.map((twin, i) => member(i).ordering().submit(twin)));
    await size(ordered + 1);
    const act = member(0).sign(501, {
      kind: 'organization',
      fields: {
        organization: 'org-4',
        status: 'active',
        role: 'validator',
        host: null,
        keys: [],
        activation: 0,
      },
    });
    await member(0).ordering().submit(act);
    await size(ordered + 2);
    for (const voter of [member(1), member(2)])
      await voter
        .ordering()
        .submit(voter.sign(501, { kind: 'vote', fields: { entry: ordered + 1, approves: true } }));
    await size(ordered + 4);
    await member(0).ordering().submit(member(0).sign(502));
    await size(ordered + 5);
    await expect.poll(async () => await countVoters(member(4)), { timeout: 10_000 }).toBe(5);
    const heights = members.map((one) => one.ledger().state().height);
    // That nothing happens can only be seen by waiting.
    await setTimeout(QUIET_MS);
    expect(Math.max(...members.map((one) => one.ledger().state().height))).toBeLessThanOrEqual(
      Math.max(...heights) + 1,
    );
    expect((await appHashes(members)).size).toBe(1);
    expect(members.flatMap(({ faults }) => faults)).toEqual([]);
  });
});

/** As an outsider is told by CometBFT. */
async function countVoters(member: TestMember): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${member.ordering().rpcPort()}/validators`);
  const { result }: { result: { count: string } } = await answer.json();
  return Number(result.count);
}
