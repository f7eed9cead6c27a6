// `suyuan log`: the log as the node shows it, and the check that it only grew since a saved checkpoint (docs/cli.md).
import type { HashTile } from '@suyuan/log';
import {
  encodeTilePath,
  foldTiles,
  parseTile,
  planConsistency,
  planTiles,
  verifyConsistency,
} from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import type { TrustPolicy } from '@suyuan/verifier';
import {
  explainRejection,
  parseTrustPolicy,
  TRUST_POLICY_BYTES_MAX,
  verifyCheckpointQuorum,
} from '@suyuan/verifier';

import type { Answer } from '../answer.ts';
import { answer, lines } from '../answer.ts';
import type { Action } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { readBounded, writeWhole } from '../files.ts';
import { asMembers, shown } from '../node-answer.ts';
import type { NodeClient } from '../node-client.ts';
import { connectNode } from '../node-client.ts';
import { requiredOption, textOption } from '../option-values.ts';

const CHECKPOINT_BYTES_MAX = 1_000_000;

/** Shows the log, or checks it. */
export const log: Action = async ({ options, terminal }) => {
  const since = textOption(options, 'since');
  const file = textOption(options, 'out');
  const node = connectNode(options, terminal);
  if (since === undefined) return show(node, file);
  const policyFile = requiredOption(options, 'policy', '--policy FILE');
  const policy = parseTrustPolicy(
    nativeCrypto,
    await readBounded(policyFile, 'trust policy', TRUST_POLICY_BYTES_MAX),
  );
  if (!policy.ok)
    throw new CommandFailure(policy.error.code, explainRejection(policy.error, 'en'), { exitCode: 1 });
  const old = await readBounded(since, 'checkpoint', CHECKPOINT_BYTES_MAX);
  const checked = await check(node, policy.value, old);
  if (file !== undefined && checked.isPositive) await writeWhole(file, checked.checkpoint);
  return checked;
};

async function show(node: NodeClient, file: string | undefined): Promise<Answer> {
  const head = asMembers(await node.ask('log'));
  if (file !== undefined) await writeWhole(file, await node.fetchBytes('/log/checkpoint'));
  const text = lines(
    `size ${shown(head, 'size')}  height ${shown(head, 'height')}  root ${shown(head, 'root')}`,
    file === undefined ? undefined : `The newest checkpoint is in ${file}.`,
  );
  return answer(file === undefined ? head : { ...head, file }, text);
}

async function check(
  node: NodeClient,
  policy: TrustPolicy,
  oldNote: Uint8Array,
): Promise<Answer & { readonly checkpoint: Uint8Array }> {
  const note = await node.fetchBytes('/log/checkpoint');
  const old = trusted(policy, oldNote, 'saved');
  const now = trusted(policy, note, 'newest');
  const facts = { since: old.size, size: now.size, origin: policy.origin };
  const code = now.size < old.size ? 'log_shrank' : await compare(node, old, now);
  if (code === undefined) {
    const text = lines(
      `Consistent: the log of size ${old.size} is the beginning of the log of size ${now.size}.`,
    );
    return { json: { consistent: true, ...facts }, text, isPositive: true, checkpoint: note };
  }
  const text = lines(
    `NOT CONSISTENT [${code}]: keep both checkpoints; together they are evidence of a split or cut log.`,
  );
  return { json: { consistent: false, code, ...facts }, text, isPositive: false, checkpoint: note };
}

interface Head {
  readonly size: number;
  readonly root: Uint8Array;
}

function trusted(policy: TrustPolicy, note: Uint8Array, which: 'saved' | 'newest'): Head {
  const quorum = verifyCheckpointQuorum(nativeCrypto, policy, note);
  if (quorum.ok) return quorum.value.checkpoint;
  const sentence = `The ${which} checkpoint: ${explainRejection(quorum.error, 'en')}`;
  throw new CommandFailure(quorum.error.code, sentence, { exitCode: 1, facts: { consistent: false } });
}

/** Undefined where the old tree is the beginning of the new one, else why not. */
async function compare(node: NodeClient, old: Head, now: Head): Promise<string | undefined> {
  const hash = nativeCrypto.sha256;
  const plan = planConsistency(old.size, now.size);
  const hashes = new Map<string, readonly Uint8Array[]>();
  for (const tile of planTiles(plan, now.size)) {
    const read = parseTile(await node.fetchBytes(`/log/${encodeTilePath(tile)}`), tile.width);
    if (!read.ok) return read.error.code;
    hashes.set(nameOf(tile), read.value);
  }
  const proof = foldTiles(hash, plan, now.size, (tile) => hashes.get(nameOf(tile)) ?? []);
  const claim = { oldSize: old.size, oldRoot: old.root, size: now.size, root: now.root, proof };
  const verified = verifyConsistency(hash, claim);
  return verified.ok ? undefined : verified.error.code;
}

function nameOf({ level, index }: HashTile): string {
  return `${level}/${index}`;
}
