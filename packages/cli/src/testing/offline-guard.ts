// For tests: a module to load before `suyuan verify`, which ends the process when something opens a connection, asks
// for an address, or loads what a node is made of.

const heavy = '^(@suyuan.(node|api|battery)|fastify|pg|typebox|cli-progress|ora)$';

const hooks = `export async function resolve(name, context, next) {
  if (/${heavy}/.test(name)) throw new Error("loaded " + name);
  return next(name, context);
}`;

const source = `
import net from 'node:net';
import dns from 'node:dns';
import { register } from 'node:module';
const refuse = (what) => () => { process.stderr.write('used ' + what + '\\n'); process.exit(99); };
net.Socket.prototype.connect = refuse('a connection');
dns.lookup = refuse('an address');
globalThis.fetch = refuse('fetch');
register('data:text/javascript,${encodeURIComponent(hooks)}');
`;

/** For `node --import`. */
export const offlineGuard: string = `data:text/javascript,${encodeURIComponent(source)}`;
