// An organisation that joins a running network of real processes by the commands of docs/operations.md, what is decided
// about it, and what happens when it loses things. For a network of four validators; it is as before afterwards.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { assert } from '@suyuan/log';
import { expect, inject, test } from 'vitest';

import { runJson as suyuan } from '../../../../cli/src/testing/run-json.ts';
import { testDatabaseUrl } from '../../../../node/src/testing/test-database.ts';
import { findViolations } from '../invariants.ts';
import { until } from '../real-network.ts';
import { approve, decide, issue, seen, whileStill } from './membership-steps.ts';
import type { Under } from './under.ts';

const late = 'org-5';

/** Defines the tests, which go on from each other. */
export function testMembership(under: Under): void {
  testJoining(under);
  testDecisions(under);
  testKeys(under);
  testLoss(under);
  testRetirement(under);
}

function testJoining(under: Under): void {
  test('[N23] [O11] [P21] invited, admitted, started: it follows from the first block on, holds what was before, votes and signs', async () => {
    const { network, workload } = under();
    assert(inject('postgresUrl') !== '', 'there is a server for one more database');
    const place = (await suyuan('network', 'add', `--data=${network.folder}`)).json;
    expect(place).toMatchObject({ id: late, data: join(network.folder, late) });
    const manager = network.asAdministrator('org-1');
    const invited = await suyuan(
      'organization',
      'invite',
      'Late Batteries',
      '--type=battery_maker',
      '--role=validator',
      `--out=${network.folder}`,
      ...manager,
    );
    const file = invited.json.invitations[0].file;
    const { port } = new URL(place.url);
    const asked = await suyuan(
      'organization',
      'request',
      file,
      `--organization=${late}`,
      `--data=${place.data}`,
      '--uscc=91350100M000100Y43',
      `--node-url=${place.url}`,
      `--port=${port}`,
      `--consensus=${place.consensus}`,
      `--consensus-listen=${place.consensus}`,
      '--profile=local',
      `--database=${await testDatabaseUrl()}`,
    );
    expect(asked).toMatchObject({ exitCode: 0, json: { status: 'waiting' } });
    const joined = async () => await suyuan('node', 'join', `--data=${place.data}`);
    expect(await joined()).toMatchObject({ exitCode: 1, json: { checks: [{ check: 'admission' }] } });

    const admitted = await suyuan('organization', 'admit', '1', '--channels=1', '--yes', ...manager);
    const [{ status, entry }] = admitted.json.acts;
    expect(status).toBe('pending');
    await approve(network, entry, ['org-2', 'org-3']);
    await seen(network, 'org-1', late, ({ role }) => role === 'validator');
    expect((await joined()).json).toMatchObject({ ready: true });
    await network.startAgain(late);
    const invitation = await until('the invitation to the channel', async () => {
      const { items } = await network.ask<{ items: { entry: number; kind: string }[] }>(late, {
        as: 'administrator',
        path: '/governance/proposals',
      });
      return items.find(({ kind }) => kind === 'channel')?.entry;
    });
    await approve(network, invitation, [late]);
    network.ids = [...network.ids, late];
    // With one of five still, a block and a quorum need the other four, the new one among them.
    await whileStill(network, ['org-2'], async () => {
      await workload.collectReceipts(await workload.report(late));
    });
    expect(await findViolations(network, workload)).toEqual([]);
  });
}

function testDecisions(under: Under): void {
  test('[O6] suspended, the others need it no more; resumed, its vote counts again', async () => {
    const { network, workload } = under();
    await decide(network, 'org-1', { kind: 'organization', organization: late, status: 'suspended' }, [
      'org-2',
      'org-3',
      'org-4',
    ]);
    // The block after the decision still needs it.
    await workload.collectReceipts(await workload.report('org-2'));
    await whileStill(network, [late, 'org-4'], async () => {
      await workload.collectReceipts(await workload.report('org-1'));
    });
    await decide(network, 'org-1', { kind: 'organization', organization: late, status: 'active' }, [
      'org-2',
      'org-3',
    ]);
    const [changed] = await issue(network, 'org-1', {
      kind: 'modules',
      organization: late,
      recordKinds: ['battery_module'],
    });
    expect(changed?.status).toBe('applied');
    await whileStill(network, ['org-3'], async () => {
      await workload.collectReceipts(await workload.report(late));
    });
    expect(await findViolations(network, workload)).toEqual([]);
  });
}

function testKeys(under: Under): void {
  test('[N14] [O11] keys of transport and votes are replaced while it runs', async () => {
    const { network, workload } = under();
    const [node, engine] = [await network.pid(late, 'node'), await network.pid(late, 'cometbft')];
    const rotated = await suyuan(
      'key',
      'rotate',
      'transport',
      'validator',
      '--yes',
      ...network.asAdministrator(late),
    );
    expect(rotated).toMatchObject({ exitCode: 0, json: { acts: [{ status: 'applied' }] } });
    await until('CometBFT runs with the new keys', async () =>
      (await network.status(late)).pids.cometbft === engine ? undefined : true,
    );
    await whileStill(network, ['org-4'], async () => {
      await workload.collectReceipts(await workload.report(late));
    });
    expect(await network.pid(late, 'node')).toBe(node);
    expect(await findViolations(network, workload)).toEqual([]);
  });
}

function testLoss(under: Under): void {
  test('[O13] its CometBFT folder is lost: built anew by one command beside its database, and it votes again', async () => {
    const { network, workload } = under();
    await network.stop(late);
    await workload.collectReceipts(await workload.report('org-1'));
    await rm(network.placeOf(late, 'cometbft'), { recursive: true });
    const data = join(network.folder, late);
    // The others may still make the block that carries the last one's app hash.
    const { height: before } = await network.status('org-1');
    const ordered = await suyuan('node', 'rebuild', `--data=${data}`);
    const { height: after } = await network.status('org-1');
    expect(ordered).toMatchObject({ exitCode: 0, json: { moved: null } });
    const silentUntil = Number(ordered.json.silentUntil);
    expect(silentUntil).toBeGreaterThanOrEqual((before ?? Infinity) + 2);
    expect(silentUntil).toBeLessThanOrEqual((after ?? 0) + 2);
    await network.startAgain(late);
    expect(await findViolations(network, workload)).toEqual([]);
    // Through its silence the other four are needed, so none of them may stand still before.
    do await workload.collectReceipts(await workload.report('org-2'));
    while (((await network.status('org-1')).height ?? 0) < silentUntil);
    await whileStill(network, ['org-3'], async () => {
      await workload.collectReceipts(await workload.report('org-1'));
    });
    expect(await findViolations(network, workload)).toEqual([]);
  });
}

function testRetirement(under: Under): void {
  test('retired, it is gone, and the others go on as before', async () => {
    const { network, workload } = under();
    await decide(network, 'org-1', { kind: 'organization', organization: late, status: 'retired' }, [
      'org-2',
      'org-3',
      'org-4',
    ]);
    network.ids = network.ids.filter((id) => id !== late);
    await network.stop(late);
    await rm(join(network.folder, late), { recursive: true });
    await workload.collectReceipts(await workload.report('org-2'));
    expect(await findViolations(network, workload)).toEqual([]);
  });
}
