// For tests: the routes of imports and own records over real HTTP and a test database.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { createApiKeys } from '../../accounts/api-keys.ts';
import { systemClock, systemRandom } from '../../clock.ts';
import { importBindings } from '../../http/routes/imports.ts';
import { mappingBindings } from '../../http/routes/mappings.ts';
import { stagingBindings } from '../../http/routes/staging.ts';
import { createLimiter } from '../../replication/limiter.ts';
import { serveApp } from '../../testing/serve-app.ts';
import { testDatabase } from '../../testing/test-database.ts';
import type { ImportDeps } from '../import-deps.ts';
import { createImportJobs } from '../jobs/import-jobs.ts';
import { importDeps } from './import-fixture.ts';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** An answer; `first` is the first item of a page. */
export interface Answer {
  readonly status: number;
  readonly value: Record<string, unknown>;
  readonly first: Record<string, unknown>;
  readonly location: string | null;
}

/** What goes with a request. */
export interface CallOptions {
  readonly body?: unknown;
  readonly role?: 'operator' | 'viewer';
  readonly headers?: Record<string, string>;
}

/** Sends one request; bytes go as a workbook unless the headers say otherwise. */
type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

function callerOf(url: string, keys: Readonly<Record<'operator' | 'viewer', string>>): Call {
  return async (method: string, path: string, options: CallOptions = {}): Promise<Answer> => {
    const { body } = options;
    const bytes =
      body instanceof Uint8Array ? new Uint8Array(body) : body === undefined ? null : JSON.stringify(body);
    const type = body instanceof Uint8Array ? xlsx : 'application/json';
    const answer = await fetch(`${url}${path}`, {
      method,
      body: bytes,
      headers: {
        authorization: `Bearer ${keys[options.role ?? 'operator']}`,
        ...(bytes === null ? {} : { 'content-type': type }),
        ...options.headers,
      },
    });
    const text = await answer.text();
    const value: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
    const items: unknown = value['items'];
    return {
      status: answer.status,
      value,
      first: Array.isArray(items) ? { ...Object(items[0]) } : {},
      location: answer.headers.get('location'),
    };
  };
}

/** Serves the routes; jobs run once they are started. */
export async function startRoutes(
  changes: Partial<ImportDeps> = {},
  modules: readonly string[] = ['battery_module'],
) {
  const database = await testDatabase();
  const uploadFolder = await mkdtemp(join(tmpdir(), 'suyuan-routes-'));
  const apiKeys = createApiKeys(database, systemClock, systemRandom);
  const keyOf = async (role: 'operator' | 'viewer'): Promise<string> =>
    (await apiKeys.create({ name: role, role }, 'test')).key;
  const keys = { operator: await keyOf('operator'), viewer: await keyOf('viewer') };
  const parts = {
    ...importDeps(database, changes),
    uploadFolder,
    modules: () => modules,
    atOnce: createLimiter(2),
    logger: pino({ enabled: false }),
    onBroken: (error: unknown): void => {
      throw error;
    },
  };
  const deps = { ...parts, jobs: createImportJobs(parts) };
  const app = await serveApp(database, {
    bindings: [...importBindings(deps), ...stagingBindings(deps), ...mappingBindings(deps)],
    authenticate: async ({ headers }) =>
      (await apiKeys.callerOf(headers.authorization?.slice('Bearer '.length) ?? '')) ?? 'api_key_invalid',
  });
  const url = app.origin;
  const call = callerOf(`${url}/api/v1`, keys);
  return {
    database,
    deps,
    keys,
    url: `${url}/api/v1`,
    call,
    uploads: async () => await readdir(uploadFolder),
    [Symbol.asyncDispose]: async () => {
      await deps.jobs.stop();
      await app[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
      await rm(uploadFolder, { recursive: true, force: true });
    },
  };
}
