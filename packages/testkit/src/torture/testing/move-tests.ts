// What docs/operations.md says of a node that moves, typed as it stands there, at real processes.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { runJson as suyuan } from '../../../../cli/src/testing/run-json.ts';
import { reservePort } from '../../../../node/src/free-port.ts';
import { findViolations } from '../invariants.ts';
import { whileStill } from './membership-steps.ts';
import type { Under } from './under.ts';

const moving = 'org-4';

/** Leaves the node no way of its own to the CometBFT of the others: connections can only come from them. */
async function forgetEngines(data: string): Promise<void> {
  const file = join(data, 'peers.json');
  const peers: { organizations: { id: string; consensus: string }[] } = JSON.parse(
    await readFile(file, 'utf8'),
  );
  for (const one of peers.organizations) if (one.id !== moving) one.consensus = '127.0.0.1:1';
  await writeFile(file, JSON.stringify(peers));
}

/** Defines the test. */
export function testMoving(under: Under): void {
  test('[N28] a node moves by one command: the others call its CometBFT at the new place without a restart, and nothing is ordered without it', async () => {
    const { network, workload } = under();
    const data = join(network.folder, moving);
    const [port, consensusPort] = [await reservePort(), await reservePort()];
    const [url, consensus] = [`http://127.0.0.1:${port}`, `127.0.0.1:${consensusPort}`];
    const place = [
      `--url=${url}`,
      `--port=${port}`,
      `--consensus=${consensus}`,
      `--consensus-listen=${consensus}`,
    ];
    const refused = await suyuan('node', 'move', `--data=${data}`, ...place);
    expect(refused).toMatchObject({ exitCode: 2, json: { code: 'instance_running' } });
    await network.stop(moving);
    const moved = await suyuan('node', 'move', `--data=${data}`, ...place);
    expect(moved).toMatchObject({ exitCode: 0, json: { organization: moving, url, consensus } });
    await forgetEngines(data);
    await network.planMove(moving, port, consensusPort);
    await network.startAgain(moving);
    // With one of the others still, a block and a quorum need the one that has moved.
    await whileStill(network, ['org-3'], async () => {
      await workload.collectReceipts(await workload.report('org-1'));
      await workload.collectReceipts(await workload.report(moving));
    });
    expect(await findViolations(network, workload)).toEqual([]);
  });
}
