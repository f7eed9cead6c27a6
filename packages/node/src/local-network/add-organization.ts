// A place for one more organisation in a network on one machine: its id, its folder to be and its ports. It joins by
// the same commands as on a server of its own, and is started with the others once it has joined (docs/operations.md).
import { resolve } from 'node:path';

import { writePrivateFile } from '../keys/private-file.ts';
import { reservePort } from '../free-port.ts';
import { folderOf, planFileOf, readPlan } from './plan.ts';
import type { PlannedOrganization } from './plan.ts';

/** A place that is kept. */
export interface AddedOrganization extends PlannedOrganization {
  /** Its data folder, which does not exist yet. */
  readonly dataDir: string;
}

/** Keeps one, with free ports. No proxy lies on its ways. */
export async function addOrganization(folder: string): Promise<AddedOrganization> {
  const root = resolve(folder);
  const plan = await readPlan(root);
  const number = plan.organizations.length + 1;
  const added: PlannedOrganization = {
    id: `org-${number}`,
    name: `成员 Member ${number}`,
    port: await reservePort(),
    consensusPort: await reservePort(),
  };
  const organizations = [...plan.organizations, added];
  await writePrivateFile(planFileOf(root), `${JSON.stringify({ ...plan, organizations }, undefined, 2)}\n`);
  return { ...added, dataDir: folderOf(root, added.id) };
}
