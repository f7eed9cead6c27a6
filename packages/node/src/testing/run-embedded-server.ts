// A process that starts an embedded PostgreSQL, prints its process id, and then waits to be killed.
import { startEmbeddedServer } from '../database/embedded-server.ts';

const server = await startEmbeddedServer({ dataDir: process.argv[2] ?? '' });
await server.createDatabase('left');
process.stdout.write(`${server.pid()}\n`);
setInterval(() => undefined, 1000);
