// Statements that wait for a block: first in, first out, bounded in number and bytes, each kind of bytes once.
import { hash } from 'node:crypto';

/** Bounds of a queue. */
export interface QueueLimits {
  readonly statementsMax: number;
  readonly bytesMax: number;
}

/** A first-in, first-out queue in which the same bytes never wait twice. */
export interface StatementQueue {
  /** Whether these bytes wait here, or were taken and not yet forgotten. */
  readonly has: (statement: Uint8Array) => boolean;
  /** False, and nothing changed, where a bound would be passed. The same bytes again are true and add nothing. */
  readonly push: (statement: Uint8Array) => boolean;
  /** Takes from the front until a bound is reached; what was taken stays known until `forget`. */
  readonly take: (limits: QueueLimits) => readonly Uint8Array[];
  /** Ends the memory of taken statements: they are in a block that was applied, or were dropped. */
  readonly forget: (statements: readonly Uint8Array[]) => void;
  readonly size: () => { readonly statements: number; readonly bytes: number };
}

/** An empty queue. */
export function createStatementQueue(limits: QueueLimits): StatementQueue {
  const known = new Set<string>();
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  return {
    has: (statement) => known.has(nameOf(statement)),
    push: (statement) => {
      const name = nameOf(statement);
      if (known.has(name)) return true;
      if (waiting.length >= limits.statementsMax || bytes + statement.length > limits.bytesMax) return false;
      known.add(name);
      waiting.push(statement);
      bytes += statement.length;
      return true;
    },
    take: ({ statementsMax, bytesMax }) => {
      let count = 0;
      let taken = 0;
      for (const statement of waiting) {
        if (count >= statementsMax || taken + statement.length > bytesMax) break;
        count += 1;
        taken += statement.length;
      }
      const statements = waiting.slice(0, count);
      waiting = waiting.slice(count);
      bytes -= taken;
      return statements;
    },
    forget: (statements) => {
      for (const statement of statements) known.delete(nameOf(statement));
    },
    size: () => ({ statements: waiting.length, bytes }),
  };
}

function nameOf(statement: Uint8Array): string {
  return hash('sha256', statement, 'base64');
}
