/**
 * The child process of a bench: a network of one organisation on a given PostgreSQL server, with a clock that the
 * parent may set. Speaks over the IPC channel of `fork`; ends when the parent goes away.
 */
import { recordKinds } from '@suyuan/battery';
import { readSettings, startNetwork } from '@suyuan/node';
import type { FromNode, ToNode } from './bench-node.ts';

const [dataDir, databaseUrl] = process.argv.slice(2);
if (dataDir === undefined || databaseUrl === undefined)
  throw new Error('needs a data folder and a database URL');

let offsetMs = 0;
const tell = (message: FromNode): void => {
  process.send?.(message);
};

const network = await startNetwork({
  settings: readSettings(
    {},
    { dataDir, databaseUrl, port: 0, requestsPerMinuteMax: 10_000_000, logLevel: 'error' },
  ),
  origin: 'suyuan.example/bench',
  managing: 'bench',
  members: [
    {
      organization: 'bench',
      name: 'Bench',
      role: 'validator',
      recordKinds: recordKinds.map(({ id }) => id),
    },
  ],
  clock: { now: () => Date.now() + offsetMs },
});
const [node] = network.nodes;
if (node === undefined) throw new Error('a network has a node');

process.on('message', (message: ToNode) => {
  if (message.type === 'clock') {
    offsetMs = message.now - Date.now();
    tell({ type: 'done' });
  } else {
    void network.stop().then(() => process.exit(0));
  }
});
process.on('disconnect', () => void network.stop().then(() => process.exit(0)));

const { key } = await node.apiKeys.create({ name: 'bench', role: 'administrator' }, 'bench');
tell({ type: 'ready', url: node.url, token: key });
