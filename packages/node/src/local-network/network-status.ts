// What `suyuan network status` says: for each organisation its address and database, what runs, and where its copy of
// the ledger stands. Asked of the database itself, so that it is known also while a node is down.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { encodeHex } from '@suyuan/log';
import { Client } from 'pg';

import { readPostmaster } from '../database/postgres-process.ts';
import { databaseNameOf } from '../network.ts';
import { readNodeEnvironment } from '../node-folder/node-file.ts';
import { folderOf } from './plan.ts';
import type { LocalNetwork, PlannedOrganization } from './plan.ts';
import { processesOf } from './processes.ts';
import type { ProcessIds } from './processes.ts';

/** One organisation. Null: not known, since its database can't be asked. */
export interface OrganizationStatus {
  readonly id: string;
  readonly url: string;
  /** With its password: for this machine only. */
  readonly databaseUrl: string | null;
  readonly pids: ProcessIds;
  /** Whether its node answers that it serves. */
  readonly ready: boolean;
  readonly height: number | null;
  /** After `height`, hexadecimal. */
  readonly appHash: string | null;
  /** Organisations that must be back before anything new is ordered, as its node sees it; null where it does not serve. */
  readonly waitingFor: number | null;
  /** Records that are reported and held, its own and those of others. */
  readonly records: number | null;
}

/** What a whole network says. */
export interface NetworkStatus {
  readonly organizations: readonly OrganizationStatus[];
}

const ANSWER_MS_MAX = 3_000;

/** The base address of an organisation's node. */
export function urlOf({ port }: PlannedOrganization): string {
  return `http://127.0.0.1:${port}`;
}

/** Asks all organisations at the same time; never throws for what does not answer. */
export async function readStatus(folder: string, plan: LocalNetwork): Promise<NetworkStatus> {
  return {
    organizations: await Promise.all(plan.organizations.map((one) => organizationStatus(folder, one))),
  };
}

async function organizationStatus(
  folder: string,
  organization: PlannedOrganization,
): Promise<OrganizationStatus> {
  const { id } = organization;
  const databaseUrl = (await databaseUrlOf(folder, id)) ?? null;
  const [pids, served, ledger] = await Promise.all([
    processesOf(folder, id),
    readHealth(organization),
    databaseUrl === null ? undefined : readLedger(databaseUrl),
  ]);
  const { height = null, appHash = null, records = null } = ledger ?? {};
  const ready = served !== undefined;
  const waitingFor = served?.waitingFor ?? null;
  return { id, url: urlOf(organization), databaseUrl, pids, ready, height, appHash, waitingFor, records };
}

/** Whether the node answers that it serves. */
export async function isReady(organization: PlannedOrganization): Promise<boolean> {
  return (await readHealth(organization)) !== undefined;
}

async function readHealth(organization: PlannedOrganization): Promise<{ waitingFor: number } | undefined> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const answer = await fetch(`${urlOf(organization)}/api/v1/health`, { signal });
    const health: Readonly<Record<string, unknown>> = Object(await answer.json());
    const { waitingFor } = health;
    if (!answer.ok || health['organization'] !== organization.id) return undefined;
    return { waitingFor: typeof waitingFor === 'number' ? waitingFor : 0 };
  } catch {
    return undefined;
  }
}

/** The URL of an organisation's database; undefined while its server does not run. */
export async function databaseUrlOf(folder: string, id: string): Promise<string | undefined> {
  const dataDir = folderOf(folder, id);
  const own = (await readNodeEnvironment(dataDir, {}))['DATABASE_URL'];
  if (own !== undefined && own !== '') {
    const url = new URL(own);
    url.pathname = `/${databaseNameOf(decodeURIComponent(url.pathname.slice(1)) || 'suyuan', id)}`;
    return url.href;
  }
  const server = await readPostmaster(join(dataDir, 'postgres'));
  const password = await readFile(join(dataDir, 'postgres.password'), 'utf8').catch(() => undefined);
  if (server?.ready !== true || password === undefined) return undefined;
  return `postgres://suyuan:${password.trim()}@127.0.0.1:${server.port}/${databaseNameOf('suyuan', id)}`;
}

interface Row {
  readonly height: string;
  readonly app_hash: Buffer;
  readonly records: string;
}

const question = `
  select height, app_hash, (select coalesce(sum(count), 0) from batch where status = 'reported') as records
  from block order by height desc limit 1`;

async function readLedger(
  databaseUrl: string,
): Promise<Pick<OrganizationStatus, 'height' | 'appHash' | 'records'> | undefined> {
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: ANSWER_MS_MAX,
    query_timeout: ANSWER_MS_MAX,
  });
  client.on('error', () => undefined); // a connection that breaks is an answer that does not come
  try {
    await client.connect();
    const [row] = (await client.query<Row>(question)).rows;
    if (row === undefined) return { height: 0, appHash: null, records: 0 };
    const appHash = encodeHex(new Uint8Array(row.app_hash));
    return { height: Number(row.height), appHash, records: Number(row.records) };
  } catch {
    return undefined;
  } finally {
    void client.end().catch(() => undefined); // a server that was stopped would hold up a farewell
  }
}
