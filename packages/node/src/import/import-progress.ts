// How far running imports are. Held in memory: an import is one transaction, so the database shows nothing of
// it before it is done.
import { EventEmitter, on } from 'node:events';

/** An import that is being read. */
export interface RunningImport {
  readonly id: number;
  readonly kind: string;
  readonly source: 'excel' | 'json';
  readonly fileName: string | undefined;
  readonly createdBy: string;
  readonly startedAt: number;
  readonly rows: number;
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
