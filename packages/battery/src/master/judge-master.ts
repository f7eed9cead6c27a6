/**
 * What a record of the nine modules says against the master data: models, maker prefixes and units that are not
 * registered, or registered otherwise. Look-ups in memory only. Implements spec/battery.md, "Master data".
 */
import type { Finding } from '../finding.ts';
import { makeFinding } from '../finding.ts';
import type { Field, RecordKind, RecordValues, Say } from '../kind.ts';
import { recordKind } from '../kinds/record-kinds.ts';
import type { Members } from '../members.ts';
import { membersOfRecord } from '../members.ts';
import { dayOf } from './judge-codes.ts';
import type { MasterData, MasterEntry, MasterKindId } from './master-data.ts';
import type { ModelReference } from './model-references.ts';
import { makingKinds, modelReferences } from './model-references.ts';

/** What records are compared with. */
export interface MasterContext {
  readonly data: MasterData;
  /** The organisation that reports the records. */
  readonly reporter: string;
}

/** Fields of a kind that the master data has something to say about; found once for each kind. */
interface Compared {
  readonly models: readonly ModelReference[];
  readonly codes: readonly Field[];
  readonly units: readonly { readonly code: string; readonly name: string | undefined }[];
}

const PREFIX_LENGTH = 3;
/** Decimals are not exact in binary; this much is no difference. */
const ROUNDING = 1e-9;

const comparedKinds = new WeakMap<RecordKind, Compared>();

function comparedOf(kind: RecordKind): Compared {
  const known = comparedKinds.get(kind);
  if (known !== undefined) return known;
  const ids = new Set(kind.fields.map(({ id }) => id));
  const isModule = kind.family === 'module';
  const compared: Compared = {
    models: modelReferences.get(kind.id) ?? [],
    codes: isModule ? kind.fields.filter(({ type }) => type.startsWith('battery_code')) : [],
    units: kind.fields.flatMap(({ id, type }) => {
      if (!isModule || type !== 'uscc') return [];
      const name = id.replace(/(Code|Uscc)$/, 'Name');
      return [{ code: id, name: name !== id && ids.has(name) ? name : undefined }];
    }),
  };
  comparedKinds.set(kind, compared);
  return compared;
}

/** The kinds of master data that records of a kind are compared with. */
export function masterKindsFor(kind: RecordKind): readonly MasterKindId[] {
  const { models, codes, units } = comparedOf(kind);
  return [
    ...new Set<MasterKindId>([
      ...models.map((reference) => reference.kind),
      ...(codes.length > 0 ? (['maker_prefix'] as const) : []),
      ...(units.length > 0 ? (['unit'] as const) : []),
    ]),
  ];
}

/**
 * Says what contradicts the master data, as it stands on the day of what the record reports, or today. Where no entry
 * of a sort is kept, nothing is said about that sort.
 */
export function judgeMaster(
  kind: RecordKind,
  values: RecordValues,
  say: Say,
  { data, reporter }: MasterContext,
  today: string,
): void {
  const { models, codes, units } = comparedOf(kind);
  const day = dayOf(kind, values) ?? today;
  for (const reference of models) judgeModel(reference, values, say, data, day);
  if (data.keeps('maker_prefix')) {
    for (const field of codes) judgePrefixes(kind, field, values, say, { data, reporter }, day);
  }
  if (data.keeps('unit')) {
    for (const { code, name } of units) judgeUnit(code, name, values, say, data, day);
  }
}

function judgeModel(
  reference: ModelReference,
  values: RecordValues,
  say: Say,
  data: MasterData,
  day: string,
): void {
  const { kind, field, productField, same, count } = reference;
  const key = values.text(field);
  const product = productField === undefined ? reference.product : values.text(productField);
  if (key === undefined || product === undefined || !data.keeps(kind, product)) return;
  const model = data.inForce({ kind, key, product }, day);
  if (model === undefined) {
    say('model_not_registered', field, { value: key, day });
    return;
  }
  for (const [own, ofModel] of same) {
    const value = values.text(own) ?? values.number(own) ?? values.flag(own);
    sayDifference(model, own, value, model.members[ofModel], say);
  }
  if (count === undefined) return;
  const list = count.fields.find((id) => values.list(id) !== undefined);
  if (list !== undefined)
    sayDifference(model, list, values.list(list)?.length, model.members[count.ofModel], say);
}

/** Nothing where the record or the model does not say. */
function sayDifference(
  model: MasterEntry,
  field: string,
  value: string | number | boolean | undefined,
  registered: unknown,
  say: Say,
): void {
  if (value === undefined || !isSettled(registered) || isSame(value, registered)) return;
  say('model_differs', field, { value: String(value), model: model.key, registered: String(registered) });
}

function isSettled(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isSame(value: string | number | boolean, registered: string | number | boolean): boolean {
  if (typeof value === 'number' && typeof registered === 'number')
    return Math.abs(value - registered) <= ROUNDING;
  if (typeof value === 'string' && typeof registered === 'string') return isSameText(value, registered);
  return value === registered;
}

/** Names differ in the width of brackets and blanks more often than in anything else; that is no difference. */
function isSameText(a: string, b: string): boolean {
  return a === b || a.normalize('NFKC') === b.normalize('NFKC');
}

/** Of a list each prefix that is not the one before it; the first that is wrong is said. */
function judgePrefixes(
  kind: RecordKind,
  field: Field,
  values: RecordValues,
  say: Say,
  { data, reporter }: MasterContext,
  day: string,
): void {
  const single = values.text(field.id);
  const isOwn = field.role === 'subject' && makingKinds.has(kind.id);
  let known = '';
  for (const [index, code] of (single === undefined ? (values.list(field.id) ?? []) : [single]).entries()) {
    if (known !== '' && code.startsWith(known)) continue;
    known = code.slice(0, PREFIX_LENGTH);
    const owner = data.inForce({ kind: 'maker_prefix', key: known, product: '' }, day);
    const item = single === undefined ? { item: index + 1 } : {};
    if (owner === undefined) {
      say('prefix_not_registered', field.id, { value: code, ...item, prefix: known, day });
      return;
    }
    if (isOwn && !isOwner(owner, reporter, values)) {
      const { makerName } = owner.members;
      const name = typeof makerName === 'string' ? makerName : '';
      say('prefix_of_another_organization', field.id, { value: code, prefix: known, owner: name });
    }
  }
}

/** By the id in the network where the entry has one, else by the credit code of the maker that the record names. */
function isOwner({ members }: MasterEntry, reporter: string, values: RecordValues): boolean {
  const { organization, makerCode } = members;
  if (typeof organization === 'string') return organization === reporter;
  const named = values.text('supplierUscc');
  return named === undefined || named === makerCode;
}

function judgeUnit(
  codeField: string,
  nameField: string | undefined,
  values: RecordValues,
  say: Say,
  data: MasterData,
  day: string,
): void {
  const key = values.text(codeField);
  if (key === undefined) return;
  const unit = data.inForce({ kind: 'unit', key, product: '' }, day);
  if (unit === undefined) {
    say('unit_not_registered', codeField, { value: key, day });
    return;
  }
  const name = nameField === undefined ? undefined : values.text(nameField);
  const registered = unit.members['unitName'];
  if (name === undefined || nameField === undefined || typeof registered !== 'string') return;
  if (!isSameText(name, registered)) say('unit_name_differs', nameField, { value: name, registered });
}

/** The same of a record that is staged already, out of its texts. Empty for a kind that is not known. */
export function judgeStoredMaster(
  record: {
    readonly kind: string;
    readonly publicText: string | undefined;
    readonly sharedText: string | undefined;
  },
  context: MasterContext,
  today: string,
): readonly Finding[] {
  const kind = recordKind(record.kind);
  if (kind === undefined) return [];
  const findings: Finding[] = [];
  const say: Say = (code, field, facts) => findings.push(makeFinding(code, { ...facts, field }));
  judgeMaster(kind, new MemberValues(membersOfRecord(record)), say, context, today);
  return findings;
}

/** The values of a record's texts, which were checked when it was staged. */
class MemberValues implements RecordValues {
  readonly #members: Members;

  constructor(members: Members) {
    this.#members = members;
  }

  text(field: string): string | undefined {
    const value = this.#members[field];
    return typeof value === 'string' ? value : undefined;
  }

  number(field: string): number | undefined {
    const value = this.#members[field];
    return typeof value === 'number' ? value : undefined;
  }

  flag(field: string): boolean | undefined {
    const value = this.#members[field];
    return typeof value === 'boolean' ? value : undefined;
  }

  list(field: string): readonly string[] | undefined {
    const value = this.#members[field];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
  }

  given(field: string): boolean {
    return this.#members[field] !== undefined;
  }
}
