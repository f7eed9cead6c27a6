// Rows of PostgreSQL's binary COPY format, written field by field into one growing buffer: no object, no
// promise per row (PostgreSQL manual, COPY, Binary Format).
//
//   tuple   int16 number of fields, then per field: int32 length of the value, the value; all big-endian

/** Days from 1970-01-01 to 2000-01-01, where PostgreSQL's dates start. */
const postgresEpochDays = 10_957;
const shortTextMax = 32;

/** Writes tuples; {@link TupleWriter.take} hands them out and starts anew. */
export class TupleWriter {
  #bytes: Buffer<ArrayBuffer>;
  #size = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#size;
  }

  /** The tuples written so far, in memory of their own that may be transferred to another thread. */
  take(): Buffer<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#size);
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(4_096, this.#size + (this.#size >> 3)));
    this.#size = 0;
    return taken;
  }

  tuple(fields: number): void {
    this.#reserve(2);
    this.#size = this.#bytes.writeInt16BE(fields, this.#size);
  }

  nothing(): void {
    this.#reserve(4);
    this.#size = this.#bytes.writeInt32BE(-1, this.#size);
  }

  int4(value: number): void {
    this.#reserve(8);
    this.#size = this.#bytes.writeInt32BE(4, this.#size);
    this.#size = this.#bytes.writeInt32BE(value, this.#size);
  }

  /** A whole number from 0 to 2^53. */
  int8(value: number): void {
    this.#reserve(12);
    this.#size = this.#bytes.writeInt32BE(8, this.#size);
    this.#size = this.#bytes.writeInt32BE(Math.floor(value / 0x1_0000_0000), this.#size);
    this.#size = this.#bytes.writeUInt32BE(value % 0x1_0000_0000, this.#size);
  }

  /** A civil date as days since 1970-01-01. */
  date(days: number): void {
    this.int4(days - postgresEpochDays);
  }

  /** Text or json; returns its size in bytes of UTF-8. */
  text(value: string): number {
    this.#reserve(4 + value.length * 3);
    const written = value.length <= shortTextMax ? this.#shortText(value) : this.#longText(value);
    this.#bytes.writeInt32BE(written, this.#size);
    this.#size += 4 + written;
    return written;
  }

  /** Fields that are encoded already. */
  encoded(fields: Uint8Array): void {
    this.#reserve(fields.length);
    this.#bytes.set(fields, this.#size);
    this.#size += fields.length;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(4 + value.length);
    this.#size = this.#bytes.writeInt32BE(value.length, this.#size);
    this.#bytes.set(value, this.#size);
    this.#size += value.length;
  }

  /** Codes are short and ASCII: a loop is several times faster than a call into the runtime. */
  #shortText(value: string): number {
    const start = this.#size + 4;
    for (let index = 0; index < value.length; index += 1) {
      const unit = value.charCodeAt(index);
      if (unit >= 0x80) return this.#longText(value);
      this.#bytes[start + index] = unit;
    }
    return value.length;
  }

  #longText(value: string): number {
    return this.#bytes.write(value, this.#size + 4, 'utf8');
  }

  #reserve(more: number): void {
    const least = this.#size + more;
    if (least <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(least, Math.ceil(this.#bytes.length * 1.5)));
    this.#bytes.copy(grown, 0, 0, this.#size);
    this.#bytes = grown;
  }
}

/** Days since 1970-01-01 of a civil date `YYYY-MM-DD`. */
export function daysOfDate(date: string): number {
  return Math.floor(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
}
