// Staged batches as rows of COPY: each good record is written once, with fresh salts, into the place where it
// stays; the staged batch is the batch that is reported later (spec/record.md, spec/import.md).
import type { RecordTexts, Subject } from '@suyuan/battery';
import { filesOf } from '../attachment/named-files.ts';
import type { NamedFile } from '../attachment/named-files.ts';
import type { RandomBytes } from '../clock.ts';
import { contentRole, ownCodeOf } from './own-code.ts';
import { recordIdCodeOf, recordIdRole } from './record-ids.ts';
import { daysOfDate, TupleWriter } from './tuple-writer.ts';

/** Most records of one batch. */
export const batchRecordsMax = 4_096;
/** Most bytes of one batch's payload. */
export const batchPayloadBytesMax: number = 8 * 1024 * 1024;
/** Salts of the public, shared and private part, 32 bytes each. */
export const saltBytes = 96;

/** Columns of the tuples in {@link EncodedBatch.records}. */
export const recordColumns = [
  'batch_id',
  'leaf',
  'stored_on',
  'source_row',
  'public_text',
  'shared_text',
  'private_text',
  'salts',
] as const;
/** Columns of the tuples in {@link EncodedBatch.subjects}. */
export const subjectColumns = ['code', 'role', 'kind', 'batch_id', 'leaf', 'stored_on'] as const;

/** A batch ready for COPY. `codes` and `rows` hold, by leaf, what makes the record the same as another, and its row. */
export interface EncodedBatch {
  readonly id: number;
  readonly count: number;
  readonly payloadSize: number;
  readonly records: Uint8Array<ArrayBuffer>;
  readonly subjects: Uint8Array<ArrayBuffer>;
  readonly codes: readonly string[];
  /** By leaf, the reporter's own id as the index holds it, or nothing. */
  readonly recordIds: readonly string[];
  readonly rows: readonly number[];
  /** Files that its records name. */
  readonly files: readonly FileOfRecord[];
}

/** A file with the record that names it. */
export interface FileOfRecord extends NamedFile {
  readonly leaf: number;
}

/** What all batches of one import have in common. */
export interface BatchOptions {
  readonly kind: string;
  /** Civil date of staging, which is also the month's partition. */
  readonly storedOn: string;
  readonly random: RandomBytes;
  /** Records that the first batch will probably hold; sizes the first buffers. */
  readonly expected: number;
}

/** Array of five byte strings: 1 + three of 32 bytes with two bytes of head, and two texts with at most five. */
const payloadItemBytes = 1 + 3 * 34 + 2 * 5;
const payloadHeadBytes = 5;

/** Fills one batch after another. */
export class BatchEncoder {
  readonly #options: BatchOptions;
  readonly #days: number;
  readonly #records: TupleWriter;
  readonly #subjects: TupleWriter;
  #salts: Uint8Array = new Uint8Array(0);
  #saltsUsed = 0;
  readonly #roles = new Map<string, Uint8Array>();
  #id = 0;
  #payloadSize = payloadHeadBytes;
  #codes: string[] = [];
  #recordIds: string[] = [];
  #rows: number[] = [];
  #files: FileOfRecord[] = [];

  constructor(options: BatchOptions) {
    this.#options = options;
    this.#days = daysOfDate(options.storedOn);
    this.#records = new TupleWriter(options.expected * 720 + 4_096);
    this.#subjects = new TupleWriter(options.expected * 600 + 4_096);
  }

  /** Records in the current batch. */
  get count(): number {
    return this.#codes.length;
  }

  /** Begins a batch with the id that its row will have. */
  begin(id: number): void {
    this.#id = id;
    this.#roles.clear();
  }

  /** Whether the record still fits into the current batch. */
  fits(record: RecordTexts): boolean {
    const most = payloadItemBytes + 3 * (record.public.length + record.shared.length);
    return this.#codes.length < batchRecordsMax && this.#payloadSize + most <= batchPayloadBytesMax;
  }

  /** Adds a record that fits; `row` is its row in the source. */
  add(record: RecordTexts, subjects: readonly Subject[], row: number): void {
    const leaf = this.#codes.length;
    const tuples = this.#records;
    tuples.tuple(recordColumns.length);
    tuples.int8(this.#id);
    tuples.int4(leaf);
    tuples.date(this.#days);
    tuples.int4(row);
    this.#payloadSize += payloadItemBytes + tuples.text(record.public) + tuples.text(record.shared);
    tuples.text(record.private);
    tuples.bytes(this.#nextSalts());
    for (const { code, role } of subjects) this.#addSubject(code, role, leaf);
    const own = ownCodeOf(record, subjects);
    if (own.role === contentRole) this.#addSubject(own.code, own.role, leaf);
    const recordId = recordIdCodeOf(record);
    if (recordId !== undefined) this.#addSubject(recordId, recordIdRole, leaf);
    this.#codes.push(own.code);
    this.#recordIds.push(recordId ?? '');
    this.#rows.push(row);
    for (const { digest, name } of filesOf(record, subjects)) this.#files.push({ leaf, digest, name });
  }

  /** Ends the current batch. */
  take(): EncodedBatch {
    const batch: EncodedBatch = {
      id: this.#id,
      count: this.#codes.length,
      payloadSize: this.#payloadSize,
      records: this.#records.take(),
      subjects: this.#subjects.take(),
      codes: this.#codes,
      recordIds: this.#recordIds,
      rows: this.#rows,
      files: this.#files,
    };
    this.#payloadSize = payloadHeadBytes;
    this.#codes = [];
    this.#recordIds = [];
    this.#rows = [];
    this.#files = [];
    return batch;
  }

  #addSubject(code: string, role: string, leaf: number): void {
    const tuples = this.#subjects;
    tuples.tuple(subjectColumns.length);
    tuples.text(code);
    tuples.encoded(this.#fieldsOfRole(role));
    tuples.int4(leaf);
    tuples.date(this.#days);
  }

  /** The fields `role`, `kind` and `batch_id`, the same for all subjects of a role in this batch. */
  #fieldsOfRole(role: string): Uint8Array {
    const known = this.#roles.get(role);
    if (known !== undefined) return known;
    const fields = new TupleWriter(128);
    fields.text(role);
    fields.text(this.#options.kind);
    fields.int8(this.#id);
    const encoded = fields.take();
    this.#roles.set(role, encoded);
    return encoded;
  }

  #nextSalts(): Uint8Array {
    if (this.#saltsUsed === this.#salts.length) {
      this.#salts = this.#options.random(
        saltBytes * Math.min(batchRecordsMax, Math.max(1, this.#options.expected)),
      );
      this.#saltsUsed = 0;
    }
    this.#saltsUsed += saltBytes;
    return this.#salts.subarray(this.#saltsUsed - saltBytes, this.#saltsUsed);
  }
}
