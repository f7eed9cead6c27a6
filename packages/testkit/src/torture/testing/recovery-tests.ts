// What docs/operations.md says to do when an organisation has lost things, typed as it stands there, at a network of
// four validators as real processes; it is as before afterwards.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { assert } from '@suyuan/log';
import { expect, test } from 'vitest';

import { runJson as suyuan } from '../../../../cli/src/testing/run-json.ts';
import { findViolations } from '../invariants.ts';
import { whileStill } from './membership-steps.ts';
import type { Under } from './under.ts';

const struck = 'org-4';

/** Defines the tests. */
export function testRecovery(under: Under): void {
  test('[N24] [N25] [G65] every key of a validator is lost: by its recovery key it reports, votes and signs again, and old receipts verify', async () => {
    const { network, workload } = under();
    const data = join(network.folder, struck);
    const own = network.asAdministrator(struck);
    await workload.collectReceipts(await workload.report(struck));
    const shown = await suyuan('organization', ...own);
    // Away from every network.
    const safe = join(network.folder, 'safe');
    const made = await suyuan(
      'key',
      'recovery',
      `--organization=${struck}`,
      `--network=${shown.json.network}`,
      `--out=${safe}`,
    );
    const { key, public: half } = made.json.files;
    const registered = await suyuan('key', 'register', half, '--yes', ...own);
    expect(registered).toMatchObject({ exitCode: 0, json: { acts: [{ status: 'applied' }] } });

    await network.stop(struck);
    await rm(join(data, 'organizations', struck, 'keys'), { recursive: true });
    await expect(network.startAgain(struck)).rejects.toThrow(/suyuan key new/u);
    const fresh = join(network.folder, 'new-keys.json');
    const purposes = ['statement', 'log', 'cosigning', 'transport', 'validator'];
    const renewed = await suyuan('key', 'new', ...purposes, `--data=${data}`, `--out=${fresh}`);
    expect(renewed).toMatchObject({ exitCode: 0, json: { organization: struck } });
    const other = network.asAdministrator('org-1');
    const { json: before } = await suyuan('organization', 'keys', struck, ...other);
    const file = join(network.folder, 'recover.cbor');
    const place = [`--height=${before.height}`, `--sequence=${before.sequence + 1}`, `--out=${file}`];
    expect((await suyuan('key', 'recover', fresh, `--key=${key}`, ...place)).exitCode).toBe(0);
    const submitted = await suyuan('key', 'submit', file, '--yes', ...other);
    expect(submitted).toMatchObject({ exitCode: 0, json: { sent: true } });
    await network.startAgain(struck);
    await network.renewTrustPolicy('org-1');

    const { json: after } = await suyuan('organization', 'keys', struck, ...other);
    for (const { purpose, keyId } of renewed.json.keys) {
      const ended = before.keys.find((one: { purpose: string }) => one.purpose === purpose);
      assert(ended !== undefined && ended.keyId !== keyId, 'it is another key');
      expect(after.keys).toContainEqual(expect.objectContaining({ purpose, keyId, until: null }));
      expect(after.keys).not.toContainEqual(expect.objectContaining({ keyId: ended.keyId }));
    }
    // With one of four still, a block and a quorum need the other three, this one among them.
    await workload.collectReceipts(await workload.report('org-2'));
    await whileStill(network, ['org-3'], async () => {
      await workload.collectReceipts(await workload.report(struck));
    });
    expect(await findViolations(network, workload)).toEqual([]);
  });
}
