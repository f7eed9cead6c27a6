// DATA/node.env: the settings of one node of a network, with comments. The same names work as variables of the
// environment, which go first (docs/operations.md).
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { StartupFault, systemCodeOf } from '../fault.ts';
import { writePrivateFile } from '../keys/private-file.ts';
import type { OrderingKind } from '../network-ordering.ts';
import type { ProfileName } from '../ordering/cometbft/profile.ts';

/** Path of the settings file of a data folder. */
export function nodeFileOf(dataDir: string): string {
  return join(dataDir, 'node.env');
}

/** The environment with the settings of the file behind it; without a file the environment alone. */
export async function readNodeEnvironment(
  dataDir: string,
  environment: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
  const path = nodeFileOf(dataDir);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return environment;
    throw new StartupFault('data_folder_unreadable', `${path} cannot be read (${code ?? 'unknown'}).`, error);
  }
  return { ...parseEnv(text), ...environment };
}

/** What a new settings file says. */
export interface NodeFileContent {
  readonly organization: string;
  readonly ordering: OrderingKind;
  readonly host: string;
  readonly port: number;
  /** `HOST:PORT` where CometBFT listens. */
  readonly consensusListen: string;
  readonly profile: ProfileName;
  /** A PostgreSQL server of the user's own. */
  readonly databaseUrl?: string | undefined;
  /** Files of a certificate and its key, where the node serves HTTPS itself. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
}

/** Writes the file with mode 0600: it may hold the password of a database. */
export async function writeNodeFile(dataDir: string, content: NodeFileContent): Promise<void> {
  await writePrivateFile(nodeFileOf(dataDir), encodeNodeFile(content));
}

/** The text of the file. Every setting that there is stands in it, those without a value as a comment. */
function encodeNodeFile(content: NodeFileContent): string {
  const { organization, ordering, host, port, consensusListen, profile, databaseUrl, tls } = content;
  const line = (name: string, value: string | undefined): string =>
    value === undefined ? `#${name}=` : `${name}=${value}`;
  return `# Settings of this node. Read at each start; a variable of the environment goes before a line here.

# The organisation whose node this is. Its keys are in organizations/${organization}/keys.
SUYUAN_ORGANIZATION=${organization}

# Who puts statements in order: cometbft with the other organisations, solo only for a node on its own.
SUYUAN_ORDERING=${ordering}

# Where the API, the console and the other nodes come in. 127.0.0.1 behind a proxy, 0.0.0.0 to be reached directly.
SUYUAN_HOST=${host}
SUYUAN_PORT=${port}

# HTTPS by the node itself: a certificate with its chain, and its private key, as PEM files.
${line('SUYUAN_TLS_CERTIFICATE', tls?.certificate)}
${line('SUYUAN_TLS_KEY', tls?.key)}

# Behind a proxy that ends HTTPS: true for both.
#SUYUAN_SECURE=true
#SUYUAN_TRUST_PROXY=true

# Where the CometBFT of the other organisations comes in. They need to reach it.
SUYUAN_CONSENSUS_LISTEN=${consensusListen}

# How long to wait for others: local inside one site, wide_area between sites.
SUYUAN_NETWORK_PROFILE=${profile}

# A PostgreSQL server of your own; without it the node runs one in this folder.
${line('DATABASE_URL', databaseUrl)}

# fatal, error, warn, info, debug or silent; the log goes to standard error.
#SUYUAN_LOG=warn

# Thresholds of alerts other than the usual ones (docs/operations.md, "What to watch"), such as
#SUYUAN_ALERTS=disk_low=20000,member_behind=off
`;
}
