// `suyuan disclose`: texts and salts of a record's parts, for someone who holds its receipt (docs/cli.md).
import { parseDisclosure } from '@suyuan/verifier';

import { answer, lines } from '../answer.ts';
import type { Action } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { writeWhole } from '../files.ts';
import { connectNode } from '../node-client.ts';
import { parseRecordName, requiredOption, textArgument, textOption } from '../option-values.ts';

const PARTS: ReadonlySet<string> = new Set(['public', 'shared', 'private']);

/** Fetches a disclosure. */
export const disclose: Action = async ({ arguments: given, options, terminal }) => {
  const { entry, leaf } = parseRecordName(textArgument(given, 0) ?? '');
  const file = requiredOption(options, 'out', '--out FILE');
  const parts = (textOption(options, 'parts') ?? 'public').split(',');
  if (parts.some((part) => !PARTS.has(part))) {
    throw new CommandFailure(
      'option_malformed',
      '--parts is a list of public, shared and private, with a comma between.',
    );
  }
  const node = connectNode(options, terminal);
  const bytes = await node.fetchBytes(`records/${entry}/${leaf}/disclosure`, {
    query: { parts: parts.join(',') },
  });
  const parsed = parseDisclosure(bytes);
  if (!parsed.ok) throw new CommandFailure('answer_malformed', 'The node did not answer with a disclosure.');
  await writeWhole(file, bytes, 0o600);
  const { record, kind } = parsed.value;
  const json = { record, kind, parts: Object.keys(parsed.value.parts), file, bytes: bytes.length };
  return answer(
    json,
    lines(`${file} opens the ${json.parts.join(' and ')} part of ${record} to whoever holds it.`),
  );
};
