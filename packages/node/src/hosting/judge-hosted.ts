// Whether this process runs the node of an organisation whose folder it has: the ledger says who hosts whom, and with
// which keys (spec/hosted.md, HO1 and HO5).
import { join } from 'node:path';

import type { View } from '@suyuan/ledger';
import { activeKeyOf, organizationOf, REQUIRED_KEYS } from '@suyuan/ledger';
import { equalBytes } from '@suyuan/log';
import type { HostedCode } from '@suyuan/api';

import { StartupFault } from '../fault.ts';
import type { Signers } from '../genesis.ts';
import { openHeldKeys, openKeys, readNextKey } from '../keys/key-files.ts';
import { keyFolderOf } from '../node-folder/init-node.ts';
import { HOSTED_KEYS } from '../node-folder/late-joiner.ts';
import { hostedFolderOf } from './hosted-folder.ts';

/** Why an organisation is not served here. */
export interface HostedRefusal {
  readonly code: HostedCode;
  /** What to do, for people; English. */
  readonly reason: string;
}

/** Undefined where the ledger has the organisation as hosted by this one. */
export function judgeHosted(view: View, host: string, organization: string): HostedRefusal | undefined {
  const value = organizationOf(view, organization);
  if (value === undefined) {
    const reason = `${organization} is not admitted yet; it is served by itself once it is.`;
    return { code: 'hosted_not_admitted', reason };
  }
  if (value.status === 'retired') return { code: 'hosted_retired', reason: `${organization} is retired.` };
  if (value.role === 'hosted' && value.host === host) return undefined;
  const how =
    value.role === 'hosted' ? `hosted by ${value.host}` : `no hosted organisation but ${value.role}`;
  const reason = `In the ledger ${organization} is ${how}. Its node must not run here; move its folder to where it does.`;
  return { code: 'hosted_elsewhere', reason };
}

/** The keys in its folder; a refusal where they are not those of the ledger. */
export async function openHostedKeys(
  view: View,
  dataDir: string,
  organization: string,
): Promise<Signers | HostedRefusal> {
  const folder = keyFolderOf(hostedFolderOf(dataDir, organization), organization);
  for (const purpose of HOSTED_KEYS) {
    const active = activeKeyOf(view, organization, purpose);
    if (active === undefined) {
      const reason = `${organization} has no ${purpose} key in the ledger. Make one with suyuan key new ${purpose} --data ${hostedFolderOf(dataDir, organization)}; the managing organisation registers it: suyuan key register new-keys.json`;
      return { code: 'hosted_key_unregistered', reason };
    }
    const held = [(await openHeldKeys(folder, [purpose]))[purpose], await readNextKey(folder, purpose)];
    if (held.every((signer) => signer === undefined)) {
      const reason = `${join(folder, `${purpose}.pem`)} is missing. Put it back from a backup, or make another with suyuan key new ${purpose} --data ${hostedFolderOf(dataDir, organization)}: ${organization} cannot sign without it.`;
      return { code: 'hosted_keys_missing', reason };
    }
    if (!held.some((signer) => signer && equalBytes(signer.publicKey, active.publicKey))) {
      const reason = `${join(folder, `${purpose}.pem`)} is not the key that the ledger has for ${organization}. Use the folder that it was made in.`;
      return { code: 'hosted_keys_wrong', reason };
    }
  }
  const required = await openKeys(folder, HOSTED_KEYS, false);
  return { ...required, ...(await openHeldKeys(folder, REQUIRED_KEYS.validator)) };
}

/** What a start that failed is called. */
export function refusalOf(error: unknown): HostedRefusal {
  const reason = error instanceof Error ? error.message : String(error);
  const isPort = error instanceof StartupFault && error.code === 'address_in_use';
  return { code: isPort ? 'hosted_port_in_use' : 'hosted_failed', reason };
}
