// The accounts and API keys of a demonstration: one of each role at each organisation, kept from start to start as long
// as DIR/demo.json knows them.
import type { Role } from '@suyuan/api';
import { generatePassword } from '../accounts/sign-in.ts';
import { StartupFault } from '../fault.ts';
import { readPrivateFile } from '../keys/private-file.ts';
import type { Network } from '../network.ts';
import type { Node } from '../node.ts';
import type { DemoDocument, DemoOrganization } from './demo-document.ts';
import type { DemoMember } from './demo-members.ts';

const roles: readonly Role[] = ['administrator', 'operator', 'auditor', 'viewer'];

function isKnown(document: unknown): document is DemoDocument {
  if (typeof document !== 'object' || document === null || !('organizations' in document)) return false;
  const { organizations } = document;
  return (
    Array.isArray(organizations) &&
    organizations.every((organization: unknown) => typeof Object(organization).tokens?.operator === 'string')
  );
}

/** The demo.json of an earlier start. */
export async function readDocument(file: string): Promise<DemoDocument | undefined> {
  const stored = await readPrivateFile(file);
  if (stored === undefined) return undefined;
  try {
    const document: unknown = JSON.parse(stored.toString('utf8'));
    return isKnown(document) ? document : undefined;
  } catch {
    return undefined; // a damaged file is written anew, with new tokens and passwords
  }
}

/** True when the tokens of an earlier start are still good at this node. */
async function knows(node: Node, organization: DemoOrganization): Promise<boolean> {
  const callers = await Promise.all(
    roles.map(async (role) => await node.apiKeys.callerOf(organization.tokens[role])),
  );
  return callers.every((caller, index) => caller?.role === roles[index]);
}

async function makeUsers(node: Node): Promise<DemoOrganization['users']> {
  const known = await node.signIn.users();
  const users: DemoOrganization['users'][number][] = [];
  for (const role of roles) {
    const password = generatePassword();
    const old = known.find((user) => user.name === role);
    const made =
      old === undefined
        ? await node.signIn.createUser(role, password, role)
        : await node.signIn.changeUser(old.id, { password });
    if (!made.ok)
      throw new StartupFault(
        'configuration_invalid',
        `the account ${role} cannot be made: ${made.error.code}`,
      );
    users.push({ name: role, password, role });
  }
  return users;
}

async function makeTokens(node: Node): Promise<DemoOrganization['tokens']> {
  const name = (role: Role): string => `demonstration ${role}`;
  for (const key of await node.apiKeys.list()) {
    if (roles.some((role) => key.name === name(role))) await node.apiKeys.remove(key.id);
  }
  const make = async (role: Role): Promise<string> =>
    (await node.apiKeys.create({ name: name(role), role }, 'demonstration')).key;
  return {
    administrator: await make('administrator'),
    operator: await make('operator'),
    auditor: await make('auditor'),
    viewer: await make('viewer'),
  };
}

/** Each organisation with its address, accounts and tokens; what `known` says is kept where it is still good. */
export async function describeMembers(
  network: Network,
  members: readonly DemoMember[],
  known: DemoDocument | undefined,
): Promise<readonly DemoOrganization[]> {
  return await Promise.all(
    members.map(async ({ organization: id, name, part: role }, index) => {
      const node = network.nodes[index];
      if (node === undefined) throw new RangeError('a network has a node for each member');
      const old = known?.organizations.find((organization) => organization.id === id);
      const kept = old !== undefined && (await knows(node, old)) ? old : undefined;
      const tokens = kept?.tokens ?? (await makeTokens(node));
      const users = kept?.users ?? (await makeUsers(node));
      return { id, name, role, url: node.url, tokens, users };
    }),
  );
}
