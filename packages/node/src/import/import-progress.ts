// How far running imports are, and the place of those that wait. Held in memory: an import is one transaction, so the
// database shows nothing of it before it is done.
import { EventEmitter, on } from 'node:events';

/** What an import came as; `excel` and `csv` are tables, `json` and `ndjson` pushes. */
export type ImportSource = 'excel' | 'csv' | 'json' | 'ndjson' | 'api';

/** Whether its rows have cells; those of a push have members. */
export function isTable(source: ImportSource): boolean {
  return source === 'excel' || source === 'csv';
}

/** An import that is being read, or waits for its turn. */
export interface RunningImport {
  readonly id: number;
  readonly kind: string;
  readonly source: ImportSource;
  readonly fileName: string | undefined;
  readonly createdBy: string;
  readonly startedAt: number;
  readonly rows: number;
  /** Of one that waits: how many go before it. */
  readonly ahead?: number;
  /** True for one that has its row in the database already. */
  readonly isStored?: boolean;
}

/** The running imports of this node. */
export interface ImportProgress {
  list(): readonly RunningImport[];
  get(id: number): RunningImport | undefined;
  begin(running: RunningImport): void;
  advance(id: number, rows: number): void;
  end(id: number): void;
  /** Yields now and at every step while the import runs; ends when it does. */
  watch(id: number, signal: AbortSignal): AsyncIterable<RunningImport>;
}

/** Starts with no imports. */
export function createImportProgress(): ImportProgress {
  const running = new Map<number, RunningImport>();
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const change = (id: number): boolean => emitter.emit(String(id));
  return {
    list: () => [...running.values()],
    get: (id) => running.get(id),
    begin(entry) {
      running.set(entry.id, entry);
      change(entry.id);
    },
    advance(id, rows) {
      const entry = running.get(id);
      if (entry === undefined) return;
      running.set(id, { ...entry, rows });
      change(id);
    },
    end(id) {
      running.delete(id);
      change(id);
    },
    async *watch(id, signal) {
      const changes = on(emitter, String(id), { signal });
      for (let entry = running.get(id); entry !== undefined; entry = running.get(id)) {
        yield entry;
        await changes.next();
      }
    },
  };
}
