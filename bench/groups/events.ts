/** The event feed as a stream to 100 subscribers while small imports come in; against what is asked. */
import { get } from 'node:http';
import { startBenchNode, type BenchNode } from '../bench-node.ts';
import { figure, type Figure } from '../figure.ts';
import { recordsOfKind } from '../nine-kinds.ts';

const SUBSCRIBERS = 100;
const EVENTS = 1_000;
/** Systems that push at the same time. */
const CLIENTS = 4;

/** Resolves when the stream has brought as many events; a frame begins with its id. */
const follow = (node: BenchNode, events: number): { opened: Promise<void>; done: Promise<void> } => {
  let open = (): void => undefined;
  let end = (): void => undefined;
  let fail = (_error: unknown): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const done = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const headers = { authorization: `Bearer ${node.token}` };
  const request = get(`${node.url}/api/v1/events/stream`, { headers, agent: false }, (response) => {
    open();
    let seen = 0;
    let rest = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const frames = (rest + chunk).split('\n\n');
      rest = frames.pop() ?? '';
      seen += frames.filter((frame) => frame.startsWith('id: ')).length;
      if (seen < events) return;
      end();
      request.destroy();
    });
  });
  request.on('error', (error) => fail(error));
  return { opened, done };
};

export const measureEvents = async (): Promise<readonly Figure[]> => {
  await using node = await startBenchNode();
  const bodies = recordsOfKind('battery_pack', EVENTS, 0).map((record) =>
    JSON.stringify({ records: [record] }),
  );
  const streams = Array.from({ length: SUBSCRIBERS }, () => follow(node, EVENTS));
  await Promise.all(streams.map(({ opened }) => opened));
  const begin = performance.now();
  const client = async (): Promise<void> => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      await (await node.request('POST', '/records/battery_pack', body)).arrayBuffer();
    }
  };
  await Promise.all([...Array.from({ length: CLIENTS }, client), ...streams.map(({ done }) => done)]);
  const seconds = (performance.now() - begin) / 1_000;
  return [figure('events.deliveries', (SUBSCRIBERS * EVENTS) / seconds, 'events/s', '5,000', 5_000)];
};
