// Changes on top of a state that is not touched: a block writes into a draft, each statement into a draft on that
// one, so that a refused statement leaves nothing behind (spec/ledger.md, G5).
import type { Crypto } from '@suyuan/log';
import { assert } from '@suyuan/log';

import { readState } from './ledger-state.ts';
import { encodeValue, stateKey } from './state-values.ts';
import type { Table } from './state-values.ts';
import type { StateChange, StateTree } from './state-tree.ts';
import { findLeaf } from './state-tree.ts';

interface Write {
  readonly table: Table<unknown>;
  /** Undefined: removed. */
  readonly value: unknown;
}

/** Reads typed values. */
export interface StateReader {
  readonly read: <T>(table: Table<T>, id: string | number) => T | undefined;
}

/** Reads and writes typed values. */
export interface Draft extends StateReader {
  readonly write: <T>(table: Table<T>, id: string | number, value: T) => void;
  readonly remove: <T>(table: Table<T>, id: string | number) => void;
}

/** A draft whose writes can be taken over by the draft below it. */
export interface StatementDraft extends Draft {
  readonly keep: () => void;
}

/** A draft of a whole block. */
export interface BlockDraft extends Draft {
  /** A draft on top of this one. */
  readonly nested: () => StatementDraft;
  /** What differs from the tree, ascending by key. */
  readonly changes: () => readonly StateChange[];
}

/** A reader of a tree. */
export function readerOf(crypto: Crypto, tree: StateTree): StateReader {
  return { read: (table, id) => readState(crypto, tree, table, id) };
}

/** A draft on a tree. */
export function draftOn(crypto: Crypto, tree: StateTree): BlockDraft {
  const writes = new Map<string, Write>();
  const base = draftOf(writes, readerOf(crypto, tree));
  return {
    ...base,
    nested: () => {
      const own = new Map<string, Write>();
      return {
        ...draftOf(own, base),
        keep: () => {
          for (const [key, write] of own) writes.set(key, write);
        },
      };
    },
    changes: () => changesOf(crypto, tree, writes),
  };
}

function draftOf(writes: Map<string, Write>, below: StateReader): Draft {
  return {
    read: <T>(table: Table<T>, id: string | number): T | undefined => {
      const write = writes.get(stateKey(table, id));
      if (write === undefined) return below.read(table, id);
      assert(isOf(table, write), 'a key is written by one table');
      return write.value;
    },
    write: (table, id, value) => {
      writes.set(stateKey(table, id), { table, value });
    },
    remove: (table, id) => {
      writes.set(stateKey(table, id), { table, value: undefined });
    },
  };
}

function isOf<T>(table: Table<T>, write: Write): write is Write & { readonly value: T | undefined } {
  return write.table.name === table.name;
}

function changesOf(crypto: Crypto, tree: StateTree, writes: ReadonlyMap<string, Write>): StateChange[] {
  const changes: StateChange[] = [];
  for (const key of [...writes.keys()].sort()) {
    const write = writes.get(key);
    if (write === undefined) continue;
    const before = findLeaf(crypto.sha256, tree, key);
    if (write.value === undefined) {
      if (before !== undefined) changes.push({ key, value: undefined });
      continue;
    }
    const value = encodeValue(write.table, write.value);
    if (before === undefined || !isText(value, before.value)) changes.push({ key, value });
  }
  return changes;
}

function isText(bytes: Uint8Array, text: string): boolean {
  return bytes.length === text.length && bytes.every((byte, index) => byte === text.charCodeAt(index));
}
