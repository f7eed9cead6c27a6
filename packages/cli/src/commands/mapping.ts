// `suyuan mapping list|show|save|rename|remove`: the mappings that are saved at a node (docs/integration.md).
import { answer, lines, table } from '../answer.ts';
import type { Action } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { readBounded, writeWhole } from '../files.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, numberIn, shown } from '../node-answer.ts';
import type { NodeClient } from '../node-client.ts';
import { connectNode } from '../node-client.ts';
import { textArgument, textOption } from '../option-values.ts';

const MAPPING_BYTES_MAX = 1_048_576;
const PAGE = 200;

/** Lists the saved mappings. */
export const listMappings: Action = async ({ options, terminal }) => {
  const items = await allMappings(connectNode(options, terminal), textOption(options, 'kind'));
  const rows = items.map((item) => ['id', 'name', 'kind', 'version'].map((name) => shown(item, name)));
  return answer({ items }, items.length === 0 ? lines('No mapping is saved.') : table(rows));
};

/** Shows one mapping. */
export const showMapping: Action = async ({ arguments: given, options, terminal }) => {
  const node = connectNode(options, terminal);
  const name = textArgument(given, 0) ?? '';
  const found = await namedMapping(node, name);
  const query = { version: textOption(options, 'version') };
  const shownMapping = asMembers(await node.ask(`mappings/${numberIn(found, 'id')}`, { query }));
  const text = `${JSON.stringify(shownMapping['mapping'], null, 2)}\n`;
  const file = textOption(options, 'out');
  if (file !== undefined) await writeWhole(file, new TextEncoder().encode(text));
  return answer(shownMapping, file === undefined ? text : lines(`The mapping is in ${file}.`));
};

/** Saves a mapping, as a new one or as the next version. */
export const saveMapping: Action = async ({ arguments: given, options, terminal }) => {
  const name = textArgument(given, 0) ?? '';
  const file = textArgument(given, 1) ?? '';
  const mapping = parseJson(file, await readBounded(file, 'file', MAPPING_BYTES_MAX));
  const node = connectNode(options, terminal);
  const found = (await allMappings(node, undefined)).find((item) => item['name'] === name);
  const saved = asMembers(
    found === undefined
      ? await node.ask('mappings', { method: 'POST', json: { name, mapping } })
      : await node.ask(`mappings/${numberIn(found, 'id')}`, {
          method: 'PUT',
          json: { version: numberIn(found, 'version'), mapping },
        }),
  );
  return answer(saved, lines(`${shown(saved, 'name')} is saved as version ${shown(saved, 'version')}.`));
};

/** Gives a mapping another name. */
export const renameMapping: Action = async ({ arguments: given, options, terminal }) => {
  const node = connectNode(options, terminal);
  const found = await namedMapping(node, textArgument(given, 0) ?? '');
  const name = textArgument(given, 1) ?? '';
  const path = `mappings/${numberIn(found, 'id')}`;
  const renamed = asMembers(await node.ask(path, { method: 'PATCH', json: { name } }));
  return answer(renamed, lines(`${shown(found, 'name')} is now ${shown(renamed, 'name')}.`));
};

/** Removes a mapping that no source is read by. */
export const removeMapping: Action = async ({ arguments: given, options, terminal }) => {
  const node = connectNode(options, terminal);
  const found = await namedMapping(node, textArgument(given, 0) ?? '');
  await node.fetchBytes(`mappings/${numberIn(found, 'id')}`, { method: 'DELETE' });
  return answer(found, lines(`${shown(found, 'name')} is removed.`));
};

async function namedMapping(node: NodeClient, name: string): Promise<Members> {
  const found = (await allMappings(node, undefined)).find((item) => item['name'] === name);
  if (found !== undefined) return found;
  const sentence = `There is no mapping named ${JSON.stringify(name)}.`;
  throw new CommandFailure('mapping_not_found', sentence, { exitCode: 1 });
}

function parseJson(file: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new CommandFailure('file_malformed', `${file} holds no JSON.`, { cause });
  }
}

async function allMappings(node: NodeClient, kind: string | undefined): Promise<readonly Members[]> {
  const items: Members[] = [];
  let after: string | undefined;
  do {
    const page = asMembers(await node.ask('mappings', { query: { kind, limit: PAGE, after } }));
    items.push(...membersIn(page, 'items'));
    after = typeof page['next'] === 'string' ? page['next'] : undefined;
  } while (after !== undefined);
  return items;
}
