// `suyuan search` and `suyuan export`: what a node holds, by filters, shown or saved (docs/cli.md).
import { answer, lines } from '../answer.ts';
import type { Action, OptionValues } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { writeStream } from '../files.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, shown } from '../node-answer.ts';
import { connectNode } from '../node-client.ts';
import { choiceOption, requiredOption, textOption, wholeOption } from '../option-values.ts';

const FORMATS = ['xlsx', 'csv', 'json'] as const;
const STATUSES = ['staged', 'sending', 'reported', 'voided'] as const;
/** Records shown unless said. */
const LIMIT = 50;
const LIMIT_MAX = 10_000;
const PAGE_MAX = 200;
/** Pages asked for at most: a search for what is rare may need many that are empty. */
const PAGES_MAX = 2_000;

type Filters = Readonly<Record<string, string | number | undefined>>;

/** Both ends of `FROM..TO`; either may be missing. */
function rangeOption(options: OptionValues, name: string): readonly (string | undefined)[] {
  const text = textOption(options, name);
  if (text === undefined) return [];
  const ends = text.split('..');
  if (ends.length !== 2) throw new CommandFailure('option_malformed', `--${name} looks like FROM..TO.`);
  return ends.map((end) => (end === '' ? undefined : end));
}

function filtersOf(options: OptionValues): Filters {
  const [eventFrom, eventTo] = rangeOption(options, 'event');
  const [storedFrom, storedTo] = rangeOption(options, 'stored');
  const [entryFrom, entryTo] = rangeOption(options, 'entries');
  return {
    code: textOption(options, 'code'),
    codePrefix: textOption(options, 'prefix'),
    kind: textOption(options, 'kind'),
    status: choiceOption(options, 'status', '--status', STATUSES),
    reporter: textOption(options, 'reporter'),
    eventFrom,
    eventTo,
    storedFrom,
    storedTo,
    entryFrom,
    entryTo,
    import: textOption(options, 'import'),
    text: textOption(options, 'text'),
    field: textOption(options, 'field'),
  };
}

/** Shows the newest records that fit. */
export const search: Action = async ({ options, terminal }) => {
  const filters = filtersOf(options);
  const limit = wholeOption(options, 'limit', '--limit', [1, LIMIT_MAX]) ?? LIMIT;
  const node = connectNode(options, terminal);
  const items: Members[] = [];
  let total: unknown;
  let after: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const query = { ...filters, limit: Math.min(PAGE_MAX, limit - items.length), after };
    const page = asMembers(await node.ask('search', { query }));
    total ??= page['total'];
    items.push(...membersIn(page, 'items'));
    after = typeof page['next'] === 'string' ? page['next'] : undefined;
    if (after === undefined || items.length >= limit) break;
  }
  const isComplete = after === undefined;
  const json = { items, isComplete, ...(total === undefined ? {} : { total }) };
  const text = lines(
    ...items.map(itemLine),
    items.length === 0
      ? 'Nothing is found.'
      : `${items.length} records${isComplete ? '' : ', and there are more'}.`,
  );
  return { ...answer(json, text), isPositive: items.length > 0 };
};

function itemLine(item: Members): string {
  const name = shown(item, 'record') || shown(item, 'staged');
  const status = item['voided'] === true ? 'VOID' : shown(item, 'status');
  const words = [
    shown(item, 'eventDate'),
    name,
    status,
    shown(item, 'kind'),
    shown(item, 'code'),
    shown(item, 'reporter'),
  ];
  return words.filter((word) => word !== '').join('  ');
}

/** Saves everything that fits, streamed into the file. */
export const exportFound: Action = async ({ options, terminal }) => {
  const file = requiredOption(options, 'out', '--out FILE');
  const ending = FORMATS.find((one) => file.toLowerCase().endsWith(`.${one}`)) ?? 'json';
  const format = choiceOption(options, 'format', '--format', FORMATS) ?? ending;
  const withPrivate = options['private'] === true ? true : undefined;
  const query = { ...filtersOf(options), format, private: withPrivate };
  const content = await connectNode(options, terminal).fetchStream('search/export', { query });
  const bytes = await writeStream(file, content);
  return answer({ file, format, bytes }, `What was found is in ${file}.`);
};
