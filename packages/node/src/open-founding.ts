// Loads the code that makes a node's folder ready when it is asked for: a running node needs none of it.
import type { Founding } from './node-folder/founding.ts';

/** How organisations found a network together. */
export async function openFounding(): Promise<Founding> {
  return (await import('./node-folder/founding.ts')).founding;
}
