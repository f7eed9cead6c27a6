// `suyuan import`: sends a filled-in workbook to the node, streamed, and shows every mistake it names (docs/cli.md).
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';

import { lines } from '../answer.ts';
import type { Action } from '../definition.ts';
import { checkReadable, writeWhole } from '../files.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, numberIn, shown } from '../node-answer.ts';
import { connectNode } from '../node-client.ts';
import { textArgument, textOption } from '../option-values.ts';
import type { Bar } from '../progress.ts';
import { startBar } from '../progress.ts';

const WORKBOOK_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const FINDINGS_SHOWN_MAX = 50;

/** Imports a workbook. */
export const importFile: Action = async ({ arguments: given, options, terminal, isJson }) => {
  const kind = textArgument(given, 0) ?? '';
  const file = textArgument(given, 1) ?? '';
  const marked = textOption(options, 'marked');
  const node = connectNode(options, terminal);
  const size = await checkReadable(file, 'workbook');
  const progress = await startBar(basename(file), terminal, isJson);
  const request = node.ask('imports', {
    method: 'POST',
    query: { kind, dryRun: options['dryRun'] === true, fileName: basename(file) },
    headers: {
      'content-type': WORKBOOK_TYPE,
      'idempotency-key': textOption(options, 'idempotencyKey') ?? randomUUID(),
    },
    body: readWithProgress(file, size, progress),
  });
  const done = asMembers(await request.finally(progress.stop));
  if (marked !== undefined)
    await writeWhole(marked, await node.fetchBytes(`imports/${numberIn(done, 'id')}/workbook`));
  const errors = numberIn(done, 'errors');
  return { json: done, text: importText(done, marked), isPositive: errors === 0 };
};

function readWithProgress(file: string, size: number, progress: Bar): ReadableStream<Uint8Array> {
  let sent = 0;
  const source = createReadStream(file, { highWaterMark: 256 * 1024 });
  source.on('data', (chunk) => progress.move((sent += chunk.length), size));
  return Readable.toWeb(source) as ReadableStream<Uint8Array>; // the types of node:stream/web and of fetch differ in name only
}

function importText(done: Members, marked: string | undefined): string {
  const findings = membersIn(done, 'findings');
  const more = findings.length - FINDINGS_SHOWN_MAX;
  return lines(
    `${done['id'] === null ? 'Dry run' : `Import ${shown(done, 'id')}`}: ${shown(done, 'rows')} rows, ${shown(done, 'staged')} staged, ${shown(done, 'errors')} errors, ${shown(done, 'warnings')} warnings.`,
    ...findings.slice(0, FINDINGS_SHOWN_MAX).map(findingLine),
    more > 0 ? `  ... and ${more} more; --json or --marked FILE shows all` : undefined,
    marked === undefined ? undefined : `The workbook with its mistakes marked is in ${marked}.`,
    numberIn(done, 'staged') > 0
      ? `Report them with: suyuan report --import ${shown(done, 'id')}`
      : undefined,
  );
}

function findingLine(finding: Members): string {
  const message =
    typeof finding['message'] === 'object' && finding['message'] !== null
      ? asMembers(finding['message'])
      : {};
  const place = `${shown(finding, 'sheet')}!${shown(finding, 'column')}${shown(finding, 'row')}`;
  const value = shown(finding, 'value');
  return `  ${shown(finding, 'level')} ${place} ${shown(finding, 'code')}${value === '' ? '' : ` ${JSON.stringify(value)}`}: ${shown(message, 'en')} ${shown(message, 'zh')}`;
}
