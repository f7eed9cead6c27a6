/**
 * Seeded, deterministic records of both battery kinds for benches and tests. The published mix: groups of four modules
 * of six cells and the one pack that holds them, so 80 % modules and 20 % packs; public and shared text together
 * are about 450 bytes on average. Every code is valid, of an invented maker, and used once per seed.
 */
import { codeRule } from '@suyuan/battery';

/** What to generate. The same options give the same records on every machine. */
export interface GenerateOptions {
  /** A whole number from 0 to 33; records of different seeds have no code in common. */
  readonly seed: number;
  /** Records in all, of both kinds. */
  readonly count: number;
  /** First and last production date, `YYYY-MM-DD`, over which the groups are spread evenly. */
  readonly from: string;
  readonly to: string;
  /** Records of a batch; 1,000 unless told. */
  readonly batchSize?: number;
}

/** Input of an API push: the members of one record. */
export type RecordMembers = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Records of one kind, as one API body takes them. */
export interface GeneratedBatch {
  readonly kind: 'battery_module' | 'battery_pack';
  readonly records: readonly RecordMembers[];
}

const MODULES_PER_PACK = 4;
const CELLS_PER_MODULE = 6;
const GROUP = MODULES_PER_PACK + 1;
const DAY_MS = 86_400_000;
const TRACE_SYMBOLS = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Generates batches lazily; a pack comes after the modules it holds or in a later batch. */
export function* generateRecords(options: GenerateOptions): Generator<GeneratedBatch, void, undefined> {
  const batchSize = options.batchSize ?? 1_000;
  const groups = Math.ceil(options.count / GROUP);
  const firstDay = Date.parse(options.from) / DAY_MS;
  const days = Date.parse(options.to) / DAY_MS - firstDay + 1;
  let modules: RecordMembers[] = [];
  let packs: RecordMembers[] = [];
  for (let made = 0; made < options.count; made += 1) {
    const group = Math.floor(made / GROUP);
    const day = firstDay + Math.floor((group * days) / groups);
    const maker = new GroupMaker(options.seed, group, new Date(day * DAY_MS).toISOString().slice(0, 10));
    if (made % GROUP < MODULES_PER_PACK) modules.push(maker.module(made % GROUP));
    else packs.push(maker.pack());
    if (modules.length === batchSize) {
      yield { kind: 'battery_module', records: modules };
      modules = [];
    }
    if (packs.length === batchSize) {
      yield { kind: 'battery_pack', records: packs };
      packs = [];
    }
  }
  if (modules.length > 0) yield { kind: 'battery_module', records: modules };
  if (packs.length > 0) yield { kind: 'battery_pack', records: packs };
}

/** Makes the records of one group: four modules and their pack. */
export class GroupMaker {
  readonly #trace: string;
  readonly #date: string;
  readonly #dateSymbols: string;
  readonly #group: number;

  constructor(seed: number, group: number, date: string) {
    let rest = group;
    let trace = '';
    for (let i = 0; i < 6; i += 1) {
      trace = TRACE_SYMBOLS.charAt(rest % TRACE_SYMBOLS.length) + trace;
      rest = Math.floor(rest / TRACE_SYMBOLS.length);
    }
    this.#trace = TRACE_SYMBOLS.charAt(seed) + trace;
    this.#group = group;
    this.#date = date;
    this.#dateSymbols =
      codeRule.yearSymbols.charAt(Number(date.slice(0, 4)) - codeRule.firstYear) +
      codeRule.monthSymbols.charAt(Number(date.slice(5, 7)) - 1) +
      codeRule.daySymbols.charAt(Number(date.slice(8, 10)) - 1);
  }

  /** A code of this group: its maker, day and number. */
  code(product: 'P' | 'M' | 'C', serial: number): string {
    return `SY1${product}B01${this.#trace}${this.#dateSymbols}${String(serial).padStart(7, '0')}`;
  }

  /** The module at this place, 0 to 3. */
  module(place: number): RecordMembers {
    const serial = place + 1;
    const cells = Array.from({ length: CELLS_PER_MODULE }, (_, i) =>
      this.code('C', place * CELLS_PER_MODULE + i + 1),
    );
    return {
      moduleCode: this.code('M', serial),
      moduleModelId: 'SYM-6S',
      packCode: this.code('P', 1),
      cellModelId: 'SYC-100',
      cellCodes: cells,
      cellCount: CELLS_PER_MODULE,
      connection: '1P6S',
      ratedCapacity: 100,
      nominalVoltage: 19.2,
      chemistry: 'B',
      mass: 13 + ((this.#group + place) % 50) / 100,
      productionDate: this.#date,
    };
  }

  /** The pack of the four modules. */
  pack(): RecordMembers {
    return {
      packCode: this.code('P', 1),
      packModelId: 'SYP-24S',
      boxNo: 1,
      systemCode: `SYS-${this.#trace}`,
      systemModelId: 'SYS-8',
      orderNo: `PO-${this.#date.slice(0, 7)}-${String(this.#group % 1_000).padStart(4, '0')}`,
      supplierName: '示例电池有限公司',
      supplierUscc: '91350100M000100Y43',
      systemCount: 20,
      moduleCodes: Array.from({ length: MODULES_PER_PACK }, (_, i) => this.code('M', i + 1)),
      ratedCapacity: 100,
      actualCapacity: 100 + (this.#group % 30) / 10,
      ratedEnergy: 7.68,
      nominalVoltage: 76.8,
      mass: 62.5,
      chemistry: 'B',
      productionDate: this.#date,
    };
  }
}
