// `suyuan attachment list|fetch`: files that records name, and those that have not come to the node yet (docs/cli.md).
import { answer, lines, table } from '../answer.ts';
import type { Action } from '../definition.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, shown } from '../node-answer.ts';
import { connectNode } from '../node-client.ts';
import { textArgument, textOption } from '../option-values.ts';

const reasonsOf = (attachment: Members): string =>
  membersIn(attachment, 'problems')
    .map((problem) => `${shown(problem, 'organization')}: ${shown(problem, 'code')}`)
    .join('; ');

/** Lists files: what an import still lacks, what is missing here, or all. */
export const listAttachments: Action = async ({ options, terminal }) => {
  const node = connectNode(options, terminal);
  const id = textOption(options, 'import');
  if (id !== undefined) {
    const lacking = asMembers(await node.ask(`imports/${encodeURIComponent(id)}/attachments`));
    const rows = membersIn(lacking, 'items').map((file) => [
      shown(file, 'digest'),
      shown(file, 'name'),
      `rows ${shown(file, 'rows')}`,
    ]);
    return answer(lacking, rows.length === 0 ? lines('No file is missing.') : table(rows));
  }
  const query = options['missing'] === true ? { status: 'missing' } : {};
  const found = asMembers(await node.ask('attachments', { query }));
  const rows = membersIn(found, 'items').map((file) => [
    shown(file, 'digest'),
    shown(file, 'status'),
    shown(file, 'mediaType'),
    reasonsOf(file),
  ]);
  return answer(found, rows.length === 0 ? lines('There is no such file.') : table(rows));
};

/** Has the node ask the members for a missing file now. */
export const fetchAttachment: Action = async ({ arguments: given, options, terminal }) => {
  const node = connectNode(options, terminal);
  const digest = textArgument(given, 0) ?? '';
  const path = `attachments/${encodeURIComponent(digest)}/repair`;
  const found = asMembers(await node.ask(path, { method: 'POST' }));
  const isPositive = found['status'] === 'held';
  const text = isPositive ? 'The file is here.' : `The file is still missing. ${reasonsOf(found)}`;
  return { ...answer(found, lines(text)), isPositive };
};
