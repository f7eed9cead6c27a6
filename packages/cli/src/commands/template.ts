// `suyuan template`: the Excel template of a record kind, as the node has it (docs/cli.md).
import { answer, lines } from '../answer.ts';
import type { Action } from '../definition.ts';
import { writeWhole } from '../files.ts';
import { connectNode } from '../node-client.ts';
import { textArgument, textOption } from '../option-values.ts';

/** Writes a template. */
export const template: Action = async ({ arguments: given, options, terminal }) => {
  const kind = textArgument(given, 0) ?? '';
  const file = textOption(options, 'out') ?? `${kind}.xlsx`;
  const node = connectNode(options, terminal);
  const bytes = await node.fetchBytes(`kinds/${encodeURIComponent(kind)}/template`);
  await writeWhole(file, bytes);
  return answer(
    { kind, file, bytes: bytes.length },
    lines(`The template of ${kind} is in ${file}; fill in from row 4 on.`),
  );
};
