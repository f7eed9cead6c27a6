// Settings of a node or network from the environment; what the command line says goes first. Every one has a default
// that is safe for trying out.
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { isAlertCode } from '@suyuan/api';
import type { AlertCode } from '@suyuan/api';
import { StartupFault } from './fault.ts';
import type { TlsFiles } from './http/tls.ts';
import type { LogLevel } from './logger.ts';
import type { AlertThresholds } from './monitoring/alert-book.ts';

/** Settings that are the same for every node of a process. */
export interface Settings {
  /** Keys, genesis and, unless `databaseUrl` is given, PostgreSQL's files. */
  readonly dataDir: string;
  /** A PostgreSQL server of the user's own, `DATABASE_URL`; embedded otherwise. */
  readonly databaseUrl: string | undefined;
  /** Address to listen on. 127.0.0.1 unless said. */
  readonly host: string;
  /** First port; further nodes of the process take the next ones. 0: any. */
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Believe X-Forwarded headers: only behind a proxy that sets them. */
  readonly trustProxy: boolean;
  /** Reached by HTTPS, its own or through a proxy: session cookies are marked secure. */
  readonly secure: boolean;
  /** Most requests of one address a minute. */
  readonly requestsPerMinuteMax: number;
  /** PEM files of a certificate and its key: the node serves HTTPS itself. */
  readonly tls?: TlsFiles | undefined;
  /** Webhooks may go to addresses of this machine and of private networks. False unless said. */
  readonly webhookPrivate?: boolean;
  /** Folders that sources may watch, beside `watched/` in the folder of each node. */
  readonly sourceFolders?: readonly string[];
  /** Thresholds of alerts other than the usual ones. */
  readonly alertThresholds?: AlertThresholds;
}

const levels: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];

function refuse(name: string, value: string, expected: string): never {
  throw new StartupFault('configuration_invalid', `${name}=${value} is not usable: expected ${expected}.`);
}

function readInteger(environment: NodeJS.ProcessEnv, name: string, otherwise: number, max: number): number {
  const text = environment[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || value > max)
    refuse(name, text, `a whole number up to ${max}`);
  return value;
}

function readFlag(environment: NodeJS.ProcessEnv, name: string): boolean {
  const text = environment[name] ?? '';
  if (text === '' || text === 'false' || text === '0') return false;
  if (text === 'true' || text === '1') return true;
  return refuse(name, text, 'true or false');
}

function readLevel(environment: NodeJS.ProcessEnv): LogLevel {
  const text = environment['SUYUAN_LOG'] ?? 'warn';
  return levels.find((level) => level === text) ?? refuse('SUYUAN_LOG', text, levels.join(', '));
}

function readFolders(environment: NodeJS.ProcessEnv, name: string): readonly string[] {
  const folders = (environment[name] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const folder of folders) if (!isAbsolute(folder)) refuse(name, folder, 'absolute paths of folders');
  return folders;
}

/** `disk_low=20000,member_behind=off` */
function readThresholds(environment: NodeJS.ProcessEnv): AlertThresholds {
  const text = environment['SUYUAN_ALERTS'] ?? '';
  const thresholds: Partial<Record<AlertCode, number | 'off'>> = {};
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const [code = '', value = ''] = pair.split('=').map((part) => part.trim());
    const number = Number(value);
    if (!isAlertCode(code) || (value !== 'off' && !(number > 0 && Number.isFinite(number))))
      refuse(
        'SUYUAN_ALERTS',
        text,
        'CODE=NUMBER or CODE=off, with a comma between, codes of spec/monitoring.md',
      );
    thresholds[code] = value === 'off' ? 'off' : number;
  }
  return thresholds;
}

function readDatabaseUrl(environment: NodeJS.ProcessEnv): string | undefined {
  const text = environment['DATABASE_URL'];
  if (text === undefined || text === '') return undefined;
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text))
    refuse('DATABASE_URL', '(not shown)', 'postgres://USER:PASSWORD@HOST/DATABASE');
  return text;
}

function readTlsFiles(environment: NodeJS.ProcessEnv): TlsFiles | undefined {
  const [certificate = '', key = ''] = [environment['SUYUAN_TLS_CERTIFICATE'], environment['SUYUAN_TLS_KEY']];
  if (certificate === '' && key === '') return undefined;
  if (key === '') refuse('SUYUAN_TLS_CERTIFICATE', certificate, 'SUYUAN_TLS_KEY beside it');
  if (certificate === '') refuse('SUYUAN_TLS_KEY', key, 'SUYUAN_TLS_CERTIFICATE beside it');
  return { certificate, key };
}

/** Reads the settings; throws `configuration_invalid`, naming the variable. */
export function readSettings(environment: NodeJS.ProcessEnv, given: Partial<Settings> = {}): Settings {
  const tls = readTlsFiles(environment);
  const read: Settings = {
    dataDir: environment['SUYUAN_DATA'] ?? join(homedir(), '.suyuan'),
    databaseUrl: readDatabaseUrl(environment),
    host: environment['SUYUAN_HOST'] ?? '127.0.0.1',
    port: readInteger(environment, 'SUYUAN_PORT', 8080, 65_535),
    logLevel: readLevel(environment),
    trustProxy: readFlag(environment, 'SUYUAN_TRUST_PROXY'),
    secure: tls !== undefined || readFlag(environment, 'SUYUAN_SECURE'),
    tls,
    requestsPerMinuteMax: readInteger(environment, 'SUYUAN_REQUESTS_PER_MINUTE', 60_000, 10_000_000),
    webhookPrivate: readFlag(environment, 'SUYUAN_WEBHOOK_PRIVATE'),
    sourceFolders: readFolders(environment, 'SUYUAN_SOURCE_FOLDERS'),
    alertThresholds: readThresholds(environment),
  };
  return { ...read, ...given };
}
