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
  #view: DataView;
  #size = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#size;
  }

  /** The tuples written so far, in memory of their own that may be transferred to another thread. */
  take(): Buffer<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#size);
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(4_096, this.#size + (this.#size >> 3)));
    this.#view = new DataView(this.#bytes.buffer);
    this.#size = 0;
    return taken;
  }

  tuple(fields: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#size, fields);
    this.#size += 2;
  }

  nothing(): void {
    this.#reserve(4);
    this.#view.setInt32(this.#size, -1);
    this.#size += 4;
  }

  int4(value: number): void {
    this.#reserve(8);
    this.#view.setInt32(this.#size, 4);
    this.#view.setInt32(this.#size + 4, value);
    this.#size += 8;
  }

  /** A whole number from 0 to 2^53. */
  int8(value: number): void {
    this.#reserve(12);
    this.#view.setInt32(this.#size, 8);
    this.#view.setInt32(this.#size + 4, Math.floor(value / 0x1_0000_0000));
    this.#view.setUint32(this.#size + 8, value % 0x1_0000_0000);
    this.#size += 12;
  }

  /** A civil date as days since 1970-01-01. */
  date(days: number): void {
    this.int4(days - postgresEpochDays);
  }

  /** Text or json; returns its size in bytes of UTF-8. */
  text(value: string): number {
    this.#reserve(4 + value.length * 3);
    const written = value.length <= shortTextMax ? this.#shortText(value) : this.#longText(value);
    this.#view.setInt32(this.#size, written);
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
    this.#view.setInt32(this.#size, value.length);
    this.#bytes.set(value, this.#size + 4);
    this.#size += 4 + value.length;
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
    this.#view = new DataView(grown.buffer);
  }
}

/** Days since 1970-01-01 of a civil date `YYYY-MM-DD`. */
export function daysOfDate(date: string): number {
  return Math.floor(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
}
