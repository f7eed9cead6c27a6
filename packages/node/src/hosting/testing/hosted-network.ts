// For tests: a network whose managing organisation hosts others, which come in by the steps that people take.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { GovernanceWish, Role } from '@suyuan/api';
import { assert } from '@suyuan/log';

import type { Answered } from '../../governance/testing/governance-network.ts';
import { settled } from '../../governance/testing/governance-network.ts';
import type { NetworkOptions } from '../../network.ts';
import type { Node } from '../../node.ts';
import { reservePort } from '../../free-port.ts';
import type { TestNodes } from '../../testing/start-test-network.ts';
import { startTestNetwork } from '../../testing/start-test-network.ts';
import type { HostedPlace } from '../prepare-hosted.ts';
import { prepareHosted } from '../prepare-hosted.ts';

/** A running network in which `managers` hosts. */
export interface HostedNetwork extends AsyncDisposable {
  readonly nodes: TestNodes;
  /** The node of any organisation of this process. */
  readonly node: (organization: string) => Node;
  /** Calls one with an API key of the role, an administrator's unless said; without a key for `null`. */
  readonly call: (
    organization: string,
    method: string,
    path: string,
    body?: object,
    as?: Role | null,
  ) => Promise<Answered>;
  /** Issues a wish and waits until each of its acts waits for votes or is settled. */
  readonly act: (organization: string, wish: GovernanceWish) => Promise<readonly Record<string, unknown>[]>;
  /** Invites an organisation, makes its folder at the host and asks for its admission. */
  readonly ask: (organization: string) => Promise<HostedPlace>;
  /** Admits who asked last to channel 1, which it joins. */
  readonly admit: (organization: string) => Promise<void>;
  /** The data folder. */
  readonly dataDir: string;
}

/** Starts it. */
export async function startHostedNetwork(options: Partial<NetworkOptions> = {}): Promise<HostedNetwork> {
  const nodes = await startTestNetwork(options);
  const { dataDir } = nodes.settings;
  // As `node init` would have written it; the nodes of this process listen on any ports.
  await writeFile(join(dataDir, 'node.env'), `SUYUAN_PORT=${await reservePort()}\n`, { mode: 0o600 });
  const node = (organization: string): Node => {
    const { nodes: own, hosting } = nodes.network();
    const found = own.find((one) => one.organization === organization) ?? hosting.nodeOf(organization);
    assert(found !== undefined, `the node of ${organization} runs`);
    return found;
  };
  const tokens = new Map<string, string>();
  const tokenOf = async (organization: string, role: Role): Promise<string> => {
    const name = `${organization} ${role}`;
    const key = tokens.get(name) ?? (await node(organization).apiKeys.create({ name, role }, 'test')).key;
    tokens.set(name, key);
    return key;
  };
  const call: HostedNetwork['call'] = async (organization, method, path, body, as = 'administrator') => {
    const response = await fetch(`${node(organization).url}/api/v1${path}`, {
      method,
      headers: {
        ...(as === null ? {} : { authorization: `Bearer ${await tokenOf(organization, as)}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: { ...Object(text === '' ? {} : JSON.parse(text)) } };
  };
  const act: HostedNetwork['act'] = async (organization, wish) => {
    const issued = await call(organization, 'POST', '/governance/acts', wish);
    assert(issued.status === 202, `issued: ${JSON.stringify(issued.body)}`);
    const path = `/governance/plans/${String(issued.body['plan'])}`;
    return await settled(async () => await call(organization, 'GET', path));
  };
  return {
    nodes,
    node,
    call,
    act,
    dataDir,
    ask: async (organization) => await ask(call, dataDir, organization),
    admit: async (organization) => await admit({ call, act, nodes }, organization),
    [Symbol.asyncDispose]: async () => await nodes[Symbol.asyncDispose](),
  };
}

async function ask(call: HostedNetwork['call'], dataDir: string, organization: string): Promise<HostedPlace> {
  const wish = { name: `Company ${organization}`, role: 'hosted', businessType: 'battery_maker' };
  const { body } = await call('managers', 'POST', '/governance/invitations', wish);
  const { network, host, secret, peers } = Object(body['file']);
  const place = await prepareHosted({
    dataDir,
    environment: {},
    organization,
    network,
    host,
    port: undefined,
    url: undefined,
    asked: {
      node: peers[0].url,
      secret,
      name: wish.name,
      uscc: '91350100M000100Y43',
      businessType: wish.businessType,
    },
  });
  const asked = await call('managers', 'POST', '/join-requests', place.request.body, null);
  assert(asked.status === 200, `asked: ${JSON.stringify(asked.body)}`);
  return place;
}

async function admit(
  { call, act, nodes }: Pick<HostedNetwork, 'call' | 'act' | 'nodes'>,
  organization: string,
): Promise<void> {
  const { body } = await call('managers', 'GET', '/governance/join-requests');
  const [request] = Array.isArray(body['items']) ? body['items'] : [];
  await act('managers', { kind: 'admission', request: request.id, channels: [1] });
  await nodes.network().hosting.look();
  const proposals = await call(organization, 'GET', '/governance/proposals');
  const [invitation] = Array.isArray(proposals.body['items']) ? proposals.body['items'] : [];
  await act(organization, { kind: 'vote', entry: invitation.entry, approves: true });
}
