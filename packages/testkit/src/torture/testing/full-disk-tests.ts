// The disk of one of four is full to the last byte, below its node, its CometBFT and its PostgreSQL. For a network of
// real processes; the one that was struck is stopped afterwards.
import { mkdtempSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { canHaveSmallDisk, moveToSmallDisk } from '../../faults/testing/small-disk.ts';
import { fillDisk } from '../../fill-disk.ts';
import { findViolations } from '../invariants.ts';
import type { RealNetwork } from '../real-network.ts';
import { until } from '../real-network.ts';
import type { Under } from './under.ts';

const struck = 'org-4';
/** What it has, what it keeps free, and as much again. */
const DISK_MEGABYTES = 700;

const probe = mkdtempSync(join(tmpdir(), 'suyuan-disk-'));
const mayRun = canHaveSmallDisk(probe) || process.env['CI'] !== undefined;
rmdirSync(probe);

/** Reading goes on while nothing can be written. */
async function expectReadable(network: RealNetwork, code: string): Promise<void> {
  for (const path of ['/health', '/organization', '/receipts/latest', '/batches', `/trace/${code}`])
    expect([path, (await network.call(struck, { path })).status]).toEqual([path, 200]);
}

/** Defines the test. */
export function testFullDisk(under: Under): void {
  test.runIf(mayRun)(
    '[O8] not one byte is free at one of four: it says so and can be read, the others go on, and with room it catches up by itself (needs a machine that lets us mount a tmpfs in a namespace)',
    async () => {
      const { network, workload } = under();
      const folder = join(network.folder, struck);
      const ballast = join(folder, 'ballast');
      await network.stop(struck);
      await using _disk = await moveToSmallDisk(folder, DISK_MEGABYTES);
      try {
        await network.startAgain(struck);
        const before = await workload.report(struck);
        await workload.collectReceipts(before);
        const node = await network.pid(struck, 'node');

        await fillDisk(ballast);
        const patient = workload.report(struck);
        await workload.collectReceipts(await workload.report('org-1'));
        await until('its CometBFT has failed', async () =>
          (await network.status(struck)).pids.cometbft === null ? true : undefined,
        );
        const refused = await network.call(struck, { method: 'POST', path: '/reports', json: {} });
        expect(await refused.json()).toMatchObject({
          status: 507,
          code: 'disk_full',
          title: expect.stringContaining('make room'),
        });
        await workload.collectReceipts(await workload.report('org-2'));
        await expectReadable(network, before.code);

        await rm(ballast);
        await workload.collectReceipts(await patient);
        expect(await findViolations(network, workload)).toEqual([]);
        expect(await network.pid(struck, 'node')).toBe(node);
        expect(await network.log(struck)).toContain('its disk is full: make room');
      } finally {
        await network.stop(struck);
      }
    },
  );
}
