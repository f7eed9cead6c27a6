// Module hooks of `liar.ts`: where the node loads one of these files of its own, it gets the same exports with one of
// them wrapped.
import type { LoadHook } from 'node:module';

/** Which file of the node exports what is wrapped. */
const files: Readonly<Record<string, string>> = {
  systemClock: '/node/dist/clock.js',
  freeBytesOf: '/node/dist/disk-space.js',
  createReceiver: '/node/dist/replication/receive-payload.js',
  createPayloadServer: '/node/dist/replication/serve-payload.js',
  createAbciHandler: '/node/dist/ordering/cometbft/abci-application.js',
};

let liar = '';

/** Called by Node.js with what `register` was given. Throws where something is wrapped that no file exports. */
export function initialize(data: { readonly liar: string; readonly names: readonly string[] }): void {
  liar = data.liar;
  for (const name of data.names)
    if (files[name] === undefined) throw new RangeError(`no file is known that exports ${name}`);
}

/** Called by Node.js for each module that is loaded. */
export const load: LoadHook = async (url, context, next) => {
  const found = Object.entries(files).find(([, path]) => url.endsWith(path));
  if (found === undefined) return await next(url, context);
  const [name] = found;
  const honest = JSON.stringify(`${url}?honest`);
  const source = `
    export * from ${honest};
    import { ${name} as honest } from ${honest};
    import { lying } from ${JSON.stringify(liar)};
    export const ${name} = lying.${name}(honest);`;
  return { format: 'module', shortCircuit: true, source };
};
