// A network on one machine as DIR/network.json names it: organisations, their ports and, if asked for, a proxy on
// every way from one node to another, so that a way can be cut (docs/operations.md).
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { StartupFault, systemCodeOf } from '../fault.ts';

/** One organisation. */
export interface PlannedOrganization {
  readonly id: string;
  readonly name: string;
  /** Of HTTP. */
  readonly port: number;
  /** Of CometBFT's connections. */
  readonly consensusPort: number;
}

/** One way from a node to another. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly what: 'http' | 'consensus';
  /** Where the proxy listens, and whom it connects to. */
  readonly port: number;
  readonly target: number;
}

/** The proxies of a network. */
export interface PlannedProxies {
  /** Where their process is told what to cut. */
  readonly control: number;
  readonly links: readonly Link[];
}

/** A network on one machine. */
export interface LocalNetwork {
  readonly format: 'suyuan-local-network/v1';
  readonly organizations: readonly PlannedOrganization[];
  readonly proxies: PlannedProxies | null;
}

/** Path of the plan. */
export function planFileOf(folder: string): string {
  return join(folder, 'network.json');
}

/** The data folder of one organisation. */
export function folderOf(folder: string, organization: string): string {
  return join(folder, organization);
}

/** The organisations and ports of a network to be; `ports` gives a new one at each call. */
export function planNetwork(count: number, withProxies: boolean, nextPort: () => number): LocalNetwork {
  const ids = Array.from({ length: count }, (_, index) => `org-${index + 1}`);
  const http = ids.map(() => nextPort());
  const consensus = ids.map(() => nextPort());
  const organizations = ids.map((id, index) => ({
    id,
    name: index === 0 ? '管理方 Managing organisation' : `成员 Member ${index + 1}`,
    port: http[index] ?? 0,
    consensusPort: consensus[index] ?? 0,
  }));
  return {
    format: 'suyuan-local-network/v1',
    organizations,
    proxies: withProxies ? planProxies(organizations, nextPort) : null,
  };
}

function planProxies(organizations: readonly PlannedOrganization[], nextPort: () => number): PlannedProxies {
  const control = nextPort();
  const links = organizations.flatMap(({ id: from }) =>
    organizations
      .filter(({ id }) => id !== from)
      .flatMap(({ id: to, port, consensusPort }): Link[] => [
        { from, to, what: 'http', port: nextPort(), target: port },
        { from, to, what: 'consensus', port: nextPort(), target: consensusPort },
      ]),
  );
  return { control, links };
}

/** Where `from` reaches `to`: directly, or at the proxy. */
export function portOfWay(
  plan: LocalNetwork,
  from: string,
  to: PlannedOrganization,
  what: Link['what'],
): number {
  const link = plan.proxies?.links.find((one) => one.from === from && one.to === to.id && one.what === what);
  return link?.port ?? (what === 'http' ? to.port : to.consensusPort);
}

/** Reads the plan of a folder; throws where there is none. */
export async function readPlan(folder: string): Promise<LocalNetwork> {
  const path = planFileOf(folder);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const reason = systemCodeOf(error) === 'ENOENT' ? 'there is none' : systemCodeOf(error);
    const message = `${path} cannot be read: ${reason}. Make a network with: suyuan network create --data ${folder}`;
    throw new StartupFault('network_missing', message, error);
  }
  const plan = parsePlan(text);
  if (plan === undefined)
    throw new StartupFault(
      'network_missing',
      `${path} is not the file of a network that this version has made.`,
    );
  return plan;
}

/** Its own file: a damaged one is told apart, no more. */
function parsePlan(text: string): LocalNetwork | undefined {
  try {
    const plan: LocalNetwork = JSON.parse(text);
    return plan.format === 'suyuan-local-network/v1' && Array.isArray(plan.organizations) ? plan : undefined;
  } catch {
    return undefined;
  }
}
