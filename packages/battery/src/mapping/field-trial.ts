/** Tries a value that a mapping gives on one field alone, as reading a record would. */
import type { Field } from '../kind.ts';
import { compileReader } from '../read-value.ts';
import { Reading } from '../reading.ts';

/** Compiles a test of whether the field takes a value. Any date has passed, and codes are read leniently. */
export function compileTrial(field: Field): (value: unknown) => boolean {
  const read = compileReader(field);
  const fields = { places: new Map([[field.id, 0]]), blank: [undefined] };
  return (value) =>
    read(value, new Reading({ today: '9999-12-31', codes: 'legacy' }, fields), 0) !== undefined;
}
