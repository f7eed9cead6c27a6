// `suyuan receipt`: evidence for a record in one of three forms, with what other tools need (docs/cli.md).
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { answer, lines } from '../answer.ts';
import type { Action, OptionValues } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { writeWhole } from '../files.ts';
import { asMembers, membersIn, numberIn } from '../node-answer.ts';
import type { NodeClient } from '../node-client.ts';
import { connectNode } from '../node-client.ts';
import {
  choiceOption,
  parseRecordName,
  parseWhole,
  requiredOption,
  textArgument,
  textOption,
} from '../option-values.ts';

const FORMATS = ['bundle', 'cose', 'tlog-proof'] as const;

/** Fetches a receipt. */
export const receipt: Action = async ({ arguments: given, options, terminal }) => {
  const format = choiceOption(options, 'format', '--format', FORMATS) ?? 'bundle';
  const file = requiredOption(options, 'out', '--out FILE');
  const statementFile = textOption(options, 'withStatement');
  const keysFolder = textOption(options, 'keys');
  const policyFile = textOption(options, 'policy');
  const node = connectNode(options, terminal);
  const source = await sourceOf(node, textArgument(given, 0), options);
  const bytes = await node.fetchBytes(source.path, { query: { format } });
  await writeWhole(file, bytes);
  if (statementFile !== undefined)
    await writeWhole(statementFile, await node.fetchBytes(`statements/${source.entry}`));
  const keys = keysFolder === undefined ? undefined : await writeKeys(node, source.entry, keysFolder);
  if (policyFile !== undefined) await writeWhole(policyFile, await node.fetchBytes('trust-policy'));
  const json = {
    record: source.record,
    entry: source.entry,
    format,
    file,
    bytes: bytes.length,
    ...(statementFile === undefined ? {} : { statement: statementFile }),
    ...(keys === undefined ? {} : { keys }),
    ...(policyFile === undefined ? {} : { policy: policyFile }),
  };
  const written = [statementFile, keys?.issuer, keys?.log, policyFile].filter((one) => one !== undefined);
  return answer(
    json,
    lines(
      `The ${format} of ${source.record ?? `entry ${source.entry}`} is in ${file}.`,
      ...written.map((one) => `  ${one}`),
    ),
  );
};

interface Source {
  readonly path: string;
  readonly entry: number;
  /** Undefined for a whole batch. */
  readonly record: string | undefined;
}

async function sourceOf(node: NodeClient, name: string | undefined, options: OptionValues): Promise<Source> {
  const batch = textOption(options, 'batch');
  const isLatest = options['latest'] === true;
  if (Number(name !== undefined) + Number(batch !== undefined) + Number(isLatest) !== 1) {
    throw new CommandFailure(
      'argument_missing',
      'Say which: a record such as 1234/56, --latest, or --batch ENTRY.',
    );
  }
  if (batch !== undefined) {
    const entry = parseWhole(batch, '--batch', 0, Number.MAX_SAFE_INTEGER);
    return { path: `batches/${entry}/receipt`, entry, record: undefined };
  }
  const record = name ?? (await latestRecord(node));
  const { entry, leaf } = parseRecordName(record);
  return { path: `receipts/${entry}/${leaf}`, entry, record };
}

/** The record the node reported last: its newest bundle names it, so that all files are of one record. */
async function latestRecord(node: NodeClient): Promise<string> {
  const bundle = asMembers(await node.ask('receipts/latest', { query: { format: 'bundle' } }));
  const [record] = membersIn(bundle, 'records');
  return `${numberIn(bundle, 'entry')}/${numberIn(record ?? {}, 'leaf')}`;
}

async function writeKeys(
  node: NodeClient,
  entry: number,
  folder: string,
): Promise<{ readonly issuer: string; readonly log: string }> {
  const keys = { issuer: join(folder, 'issuer.pem'), log: join(folder, 'log.pem') };
  await mkdir(folder, { recursive: true });
  await writeWhole(keys.issuer, await node.fetchBytes(`statements/${entry}/issuer.pem`));
  await writeWhole(keys.log, await node.fetchBytes('log-key'));
  return keys;
}
