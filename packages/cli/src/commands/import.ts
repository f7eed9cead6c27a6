// `suyuan import`: sends a filled-in workbook or CSV file to the node, streamed, and shows every mistake that the node names (docs/cli.md).
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';

import { lines } from '../answer.ts';
import type { Action } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { checkReadable, readBounded, writeWhole } from '../files.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, numberIn, shown } from '../node-answer.ts';
import type { NodeClient } from '../node-client.ts';
import { connectNode } from '../node-client.ts';
import { textArgument, textOption } from '../option-values.ts';
import type { Bar } from '../progress.ts';
import { startBar } from '../progress.ts';
import { importText, withAllFindings } from './import-answer.ts';

const WORKBOOK_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const CSV_TYPE = 'text/csv';
/** In place of a record kind: the layout of four sheets, whose fields without a column have defaults. */
const FOUR_SHEET = 'four_sheet';
const DEFAULTS_BYTES_MAX = 8_192;

/** Imports a workbook, or a JSON file as it is pushed by programs. */
export const importFile: Action = async ({ arguments: given, options, terminal, isJson }) => {
  const kind = textArgument(given, 0) ?? '';
  const file = textArgument(given, 1) ?? '';
  const marked = textOption(options, 'marked');
  const isDry = options['dryRun'] === true;
  const isLines = /\.(?:ndjson|jsonl)$/i.test(file);
  const isPush = isLines || file.endsWith('.json');
  const pushType = isLines ? 'application/x-ndjson' : 'application/json';
  const isCsv = /\.csv$/i.test(file);
  if (marked !== undefined && (isDry || isPush)) {
    throw new CommandFailure('option_malformed', '--marked needs a table, and an import that is kept.');
  }
  if (isPush && isDry) throw new CommandFailure('option_malformed', '--dry-run needs a table.');
  const isAsync = options['async'] === true;
  const isAgain = options['again'] === true;
  if (isAsync && (isDry || marked !== undefined || (isPush && !isLines)))
    throw new CommandFailure(
      'option_malformed',
      '--async needs a table or a .ndjson file, without --dry-run and --marked.',
    );
  if (isAgain && isPush) throw new CommandFailure('option_malformed', '--again needs a table.');
  const charset = textOption(options, 'charset');
  if (charset !== undefined && !isCsv)
    throw new CommandFailure('option_malformed', '--charset needs a .csv file.');
  const mapping = textOption(options, 'mapping');
  const defaultsFile = textOption(options, 'defaults');
  if (defaultsFile !== undefined && kind !== FOUR_SHEET)
    throw new CommandFailure('option_malformed', `--defaults needs the kind ${FOUR_SHEET}.`);
  const defaults = defaultsFile === undefined ? undefined : await readDefaults(defaultsFile);
  const tableType = isCsv
    ? `${CSV_TYPE}${charset === undefined ? '' : `; charset=${charset}`}`
    : WORKBOOK_TYPE;
  const node = connectNode(options, terminal);
  const size = await checkReadable(file, isPush ? 'file' : 'workbook');
  const bar = await startBar(basename(file), terminal, isJson);
  const request = node.ask(isPush ? `records/${encodeURIComponent(kind)}` : 'imports', {
    method: 'POST',
    query: {
      ...(isAsync ? { async: true } : {}),
      mapping,
      ...(isPush ? {} : { kind, dryRun: isDry, again: isAgain, defaults, fileName: basename(file) }),
    },
    headers: {
      'content-type': isPush ? pushType : tableType,
      'idempotency-key': textOption(options, 'idempotencyKey') ?? randomUUID(),
    },
    body: readWithProgress(file, size, bar),
  });
  const answer = asMembers(await request.finally(bar.stop));
  if (isAsync) {
    const text = lines(
      `Import ${shown(answer, 'id')} is stored; ${shown(answer, 'ahead')} go before it.`,
      `Follow it with: suyuan import follow ${shown(answer, 'id')}`,
    );
    return { json: answer, text, isPositive: true };
  }
  const done = await withAllFindings(node, answer);
  if (marked !== undefined) await writeMarked(node, done, marked);
  return { json: done, text: importText(done, marked), isPositive: numberIn(done, 'errors') === 0 };
};

async function readDefaults(file: string): Promise<string> {
  return new TextDecoder().decode(await readBounded(file, 'file', DEFAULTS_BYTES_MAX));
}

/** Writes the workbook with its mistakes marked. The import itself is done by now, and stays in the answer. */
async function writeMarked(node: NodeClient, done: Members, file: string): Promise<void> {
  try {
    await writeWhole(file, await node.fetchBytes(`imports/${numberIn(done, 'id')}/workbook`));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const { code, exitCode, facts, message } = error;
    throw new CommandFailure(code, message, { exitCode, facts: { ...facts, import: done }, cause: error });
  }
}

function readWithProgress(file: string, size: number, bar: Bar): ReadableStream<Uint8Array> {
  let sent = 0;
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  source.on('data', (chunk) => bar.move((sent += chunk.length), size));
  return Readable.toWeb(source) as ReadableStream<Uint8Array>; // the types of node:stream/web and of fetch differ in name only
}
