// Pushes records, reports them, follows the stream of events until they are reported, and saves the receipt of the
// first one. Usage: SUYUAN_URL=... SUYUAN_TOKEN=... npx tsx push.ts KIND RECORDS.json RECEIPT.json
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

interface Event {
  readonly id: number;
  readonly type: string;
  readonly report?: number;
  readonly entry?: number;
}

const api = `${process.env['SUYUAN_URL']}/api/v1`;
const authorization = `Bearer ${process.env['SUYUAN_TOKEN']}`;

async function ask<T>(path: string, body?: string, key?: string): Promise<T> {
  const answer = await fetch(api + path, {
    ...(body === undefined ? {} : { method: 'POST', body }),
    headers: {
      authorization,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
  });
  // A problem (RFC 9457): `code` is stable, `title` is for people.
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  const value: T = await answer.json();
  return value;
}

/** Events after the cursor as they come. A stream that breaks is opened again where it ended. */
async function* follow(after: number): AsyncGenerator<Event> {
  let cursor = after;
  for (;;) {
    const headers = { authorization, 'last-event-id': String(cursor) };
    const stream = await fetch(`${api}/events/stream`, { headers });
    if (!stream.ok) throw new Error(`events: ${await stream.text()}`);
    let text = '';
    try {
      for await (const piece of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const frames = (text + piece).split('\n\n');
        text = frames.pop() ?? '';
        for (const frame of frames) {
          const data = /^data: (.*)$/m.exec(frame)?.[1];
          if (data === undefined) continue;
          const event: Event = JSON.parse(data);
          cursor = event.id;
          yield event;
        }
      }
    } catch (error) {
      console.error('the stream broke:', error);
    }
    await pause(1_000);
  }
}

async function head(): Promise<number> {
  for (let cursor = 0; ;) {
    const { next } = await ask<{ next: number }>(`/events?after=${cursor}&limit=1000`);
    if (next === cursor) return cursor;
    cursor = next;
  }
}

async function entryOf(report: number, after: number): Promise<number> {
  for await (const event of follow(after)) {
    if (event.type === 'reported' && event.report === report && event.entry !== undefined) return event.entry;
  }
  throw new Error('the feed has no end');
}

const [kind = '', recordsPath = '', receiptPath = ''] = process.argv.slice(2);
const records = await readFile(recordsPath, 'utf8');
const cursor = await head();
// The same key with the same body does nothing twice: repeat the request as often as the network makes you.
const key = createHash('sha256').update(records).digest('hex').slice(0, 32);
const staged = await ask<{ id: number; staged: number; findings: object[] }>(
  `/records/${kind}`,
  records,
  `push-${key}`,
);
for (const finding of staged.findings) console.error(JSON.stringify(finding));
if (staged.staged === 0) process.exit(1);
const report = await ask<{ id: number }>('/reports', JSON.stringify({ import: staged.id }), `report-${key}`);
const entry = await entryOf(report.id, cursor);

// The receipt is there as soon as enough validators have signed: 409 until then.
for (;;) {
  const answer = await fetch(`${api}/receipts/${entry}/0?format=bundle`, { headers: { authorization } });
  const text = await answer.text();
  if (answer.ok) {
    await writeFile(receiptPath, text);
    break;
  }
  if (!text.includes('receipt_not_ready')) throw new Error(text);
  await pause(500);
}
console.log(`${entry}/0`);
process.exit();
