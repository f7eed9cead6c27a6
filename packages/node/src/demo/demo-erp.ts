// The simulated ERP of a demonstration's battery maker: an HTTP server with what was made in the last days, from which
// the maker's node pulls (spec/source.md) whenever somebody runs the source that is bound to it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SourceDraft } from '@suyuan/api';
import { GroupMaker } from '@suyuan/invented';
import type { RecordMembers } from '@suyuan/invented';
import { civilDateOf } from '../clock.ts';
import { askNode } from './ask-node.ts';
import type { DemoOrganization } from './demo-document.ts';

/** A running ERP. */
export interface DemoErp {
  /** Base address. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Its codes have none in common with the year. */
const SEED = 2;
const DAY_MS = 86_400_000;
/** Days back from today of which it has records, and packs with their four modules made on each. */
const DAYS = 10;
const PACKS_PER_DAY = 4;
const PAGE_ROWS = 50;
const MODULES_PER_PACK = 4;

const token = 'demonstration';
const name = 'ERP';
const kinds = ['battery_module', 'battery_pack'] as const;
type Kind = (typeof kinds)[number];

/** What was made up to a day, in the order of its numbers; the same whenever it is asked for. */
export function erpRecords(kind: Kind, today: string): readonly RecordMembers[] {
  const last = Date.parse(today) / DAY_MS;
  const records: RecordMembers[] = [];
  for (let day = last - DAYS + 1; day <= last; day += 1) {
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    for (let pack = 0; pack < PACKS_PER_DAY; pack += 1) {
      const group = new GroupMaker(SEED, day * PACKS_PER_DAY + pack, date);
      const recordId = `ERP-${date}-${pack + 1}`;
      if (kind === 'battery_pack') records.push({ recordId, ...group.pack() });
      else
        for (let place = 0; place < MODULES_PER_PACK; place += 1)
          records.push({ recordId: `${recordId}-${place + 1}`, ...group.module(place) });
    }
  }
  return records;
}

/** `GET /api/KIND?after=RECORD_ID` -> `{"items":[...]}`: the next rows after that number, none at the end. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://erp');
  const kind = kinds.find((one) => url.pathname === `/api/${one}`);
  const isKnown = request.headers.authorization === `Bearer ${token}`;
  if (request.method !== 'GET' || kind === undefined || !isKnown) {
    response.writeHead(isKnown ? 404 : 401).end();
    return;
  }
  const after = url.searchParams.get('after') ?? '';
  const rows = erpRecords(kind, civilDateOf(Date.now())).filter(({ recordId }) => String(recordId) > after);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ items: rows.slice(0, PAGE_ROWS) }));
}

/** Starts it on this machine; port 0 is any. */
export async function startDemoErp(port: number): Promise<DemoErp> {
  const server = createServer(answer);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** Binds the ERP at the maker's node unless it is bound there; where it has another address now, that is changed. */
export async function bindDemoErp(maker: DemoOrganization, { url }: DemoErp): Promise<void> {
  const draft: SourceDraft = {
    name,
    system: '模拟 ERP Simulated ERP',
    settings: {
      type: 'http',
      address: url,
      privateAddresses: ['127.0.0.1'],
      authorization: { type: 'bearer' },
      streams: kinds.map((kind) => ({
        kind,
        path: `/api/${kind}`,
        form: 'json' as const,
        list: 'items',
        paging: { type: 'cursor' as const, parameter: 'after', column: 'recordId' },
      })),
    },
    secret: token,
    openToManager: true,
  };
  const { items } = Object(await askNode(maker, { method: 'GET', path: '/sources' }));
  const bound = items.find((source: { readonly name: string }) => source.name === name);
  if (bound?.settings.address === url) return;
  const path = bound === undefined ? '/sources' : `/sources/${bound.id}`;
  const method = bound === undefined ? 'POST' : 'PUT';
  await askNode(maker, { method, path, body: draft, as: 'administrator' });
}
