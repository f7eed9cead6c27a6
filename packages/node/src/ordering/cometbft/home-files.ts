// The home folder of a CometBFT process: settings, genesis and keys are written anew at each start from what the node
// knows; what CometBFT has signed is never touched (spec/ordering.md, O7 and O8).
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { StartupFault } from '../../fault.ts';
import { writePrivateFile } from '../../keys/private-file.ts';
import { APP_VERSION, BLOCK_BYTES_MAX, TX_BYTES_MAX, VOTING_POWER } from './chain.ts';
import type { Chain } from './chain.ts';
import type { EngineIdentity, Peer } from './engine-identity.ts';
import {
  encodeNodeKey,
  encodePublicKeyJson,
  encodeValidatorKey,
  nodeIdOf,
  validatorAddressOf,
} from './node-identity.ts';
import type { Profile } from './profile.ts';
import { lastSigned } from './rebuild.ts';
import type { RebuildOrder } from './rebuild.ts';

/** Rounds are int32 in CometBFT. */
const ROUND_MAX = 2 ** 31 - 1;

/** What the files say. */
export interface HomeOptions extends Pick<EngineIdentity, 'validatorKey' | 'transportKey' | 'peers'> {
  /** Folder for this process alone; nobody else may enter it. */
  readonly home: string;
  readonly chain: Chain;
  /** Shown to peers. */
  readonly moniker: string;
  readonly socketPath: string;
  /** Port on 127.0.0.1 for submitting. */
  readonly rpcPort: number;
  readonly listen: { readonly host: string; readonly port: number };
  readonly profile: Profile;
}

/**
 * Writes them for a node whose database has this height. Where the folder is built anew by an order, nothing is signed
 * up to the height that the order leads to. Throws `consensus_state_missing` where CometBFT must have signed something and the record of it is
 * gone, and `consensus_blocks_missing` where the database holds blocks and CometBFT none.
 */
export async function writeHome(
  options: HomeOptions,
  appliedHeight: number,
  order?: RebuildOrder,
): Promise<void> {
  const { home } = options;
  await mkdir(join(home, 'config'), { recursive: true, mode: 0o700 });
  await mkdir(join(home, 'data'), { recursive: true, mode: 0o700 });
  await openSignedState(home, appliedHeight, order);
  await writeGenesis(home, encodeGenesisJson(options.chain));
  await writeIdentity(options);
}

/** Throws `consensus_genesis_differs` where CometBFT has begun with another one. */
async function writeGenesis(home: string, content: string): Promise<void> {
  const path = join(home, 'config', 'genesis.json');
  const hasBegun = (await exists(path)) && (await exists(join(home, 'data', 'blockstore.db')));
  if (hasBegun && (await readFile(path, 'utf8')) !== content)
    throw new StartupFault(
      'consensus_genesis_differs',
      `The folder ${home} belongs to another network, or to this one as an earlier version of Suyuan began it. Put the ` +
        'right folder back, or use the version that began it.',
    );
  await writePrivateFile(path, content);
}

/** Writes what may have changed since: keys and settings. For a process that does not run. */
export async function writeIdentity(options: HomeOptions): Promise<void> {
  const config = (name: string): string => join(options.home, 'config', name);
  await writePrivateFile(config('node_key.json'), encodeNodeKey(options.transportKey));
  await writePrivateFile(config('priv_validator_key.json'), encodeValidatorKey(options.validatorKey));
  await writePrivateFile(config('config.toml'), encodeConfig(options));
}

/** A validator that forgets what it has signed might sign a second block of one height, which is provable fraud. */
async function openSignedState(
  home: string,
  appliedHeight: number,
  order: RebuildOrder | undefined,
): Promise<void> {
  const path = join(home, 'data', 'priv_validator_state.json');
  const hasBlocks = await exists(join(home, 'data', 'blockstore.db'));
  if (!hasBlocks && order !== undefined) {
    // The last step of the last round: CometBFT signs only what comes after it.
    const state = { height: String(lastSigned(order, appliedHeight)), round: ROUND_MAX, step: 3 };
    await writePrivateFile(path, `${JSON.stringify(state)}\n`);
    return;
  }
  if (!hasBlocks && appliedHeight > 0)
    throw new StartupFault(
      'consensus_blocks_missing',
      `The database holds ${appliedHeight} blocks, but the folder ${home} of its CometBFT holds none. Restore that ` +
        'folder, as new as the database or newer; or build it anew: suyuan node rebuild',
    );
  if (await exists(path)) return;
  if (hasBlocks)
    throw new StartupFault(
      'consensus_state_missing',
      `${path} is missing although this node has taken part in the consensus. Restore the folder ${home} whole, ` +
        'or build it anew: suyuan node rebuild',
    );
  await writeFile(path, '{"height":"0","round":0,"step":0}\n', { mode: 0o600, flush: true });
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/** The content of genesis.json: the same at every node of the network. */
function encodeGenesisJson({ chainId, validators }: Chain): string {
  const content = {
    // A constant, since the genesis of a network has no time and all nodes need the same. Block times prove nothing.
    genesis_time: '2020-01-01T00:00:00Z',
    chain_id: chainId,
    initial_height: '1',
    consensus_params: {
      block: { max_bytes: String(BLOCK_BYTES_MAX), max_gas: '-1' },
      evidence: {
        max_age_num_blocks: '100000',
        max_age_duration: String(48 * 3600 * 1_000_000_000),
        max_bytes: '65536',
      },
      validator: { pub_key_types: ['ed25519'] },
      version: { app: String(APP_VERSION) },
      abci: { vote_extensions_enable_height: '0' },
    },
    validators: validators.map(({ organization, publicKey }) => ({
      address: validatorAddressOf(publicKey),
      pub_key: encodePublicKeyJson(publicKey),
      power: String(VOTING_POWER),
      name: organization,
    })),
    app_hash: '',
  };
  return `${JSON.stringify(content, undefined, 2)}\n`;
}

/** The content of config.toml: what differs from CometBFT's defaults, and why where it is not plain. */
export function encodeConfig(options: HomeOptions): string {
  const { socketPath, moniker, rpcPort, listen, peers, profile } = options;
  const others = peers.map(peerAddress);
  return `# Written by the node at each start.
proxy_app = ${quote(`unix://${socketPath}`)}
moniker = ${quote(moniker)}
db_backend = "goleveldb"
log_level = "error"
log_format = "json"
# The node is asked about every peer.
filter_peers = true

[rpc]
laddr = "tcp://127.0.0.1:${rpcPort}"
grpc_laddr = ""
# The node calls peers by dial_peers, which CometBFT counts as unsafe.
unsafe = true
pprof_laddr = ""

[p2p]
laddr = ${quote(`tcp://${hostOf(listen.host)}:${listen.port}`)}
persistent_peers = ${quote(others.join(','))}
pex = false
addr_book_strict = false
allow_duplicate_ip = true
max_num_inbound_peers = 400
flush_throttle_timeout = "${profile.flushThrottle}"
send_rate = 20480000
recv_rate = 20480000

[mempool]
type = "flood"
# A statement that another one has made impossible must leave, or it would make empty blocks for ever.
recheck = true
size = 8192
max_txs_bytes = 67108864
max_tx_bytes = ${TX_BYTES_MAX}
cache_size = 32768

[statesync]
enable = false

[consensus]
timeout_propose = "${profile.timeoutPropose}"
timeout_propose_delta = "${profile.timeoutProposeDelta}"
timeout_prevote = "${profile.timeoutVote}"
timeout_prevote_delta = "${profile.timeoutVoteDelta}"
timeout_precommit = "${profile.timeoutVote}"
timeout_precommit_delta = "${profile.timeoutVoteDelta}"
timeout_commit = "${profile.timeoutCommit}"
skip_timeout_commit = true
create_empty_blocks = false
peer_gossip_sleep_duration = "${profile.gossipSleep}"

[tx_index]
indexer = "null"

[instrumentation]
prometheus = false
`;
}

/** A peer as CometBFT names it. */
export function peerAddress({ publicKey, host, port }: Peer): string {
  return `${nodeIdOf(publicKey)}@${hostOf(host)}:${port}`;
}

/** TOML basic strings and JSON strings agree on everything that JSON.stringify writes. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function hostOf(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
