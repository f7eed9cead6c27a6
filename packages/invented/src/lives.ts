/**
 * A year of coherent life cycles: packs are made, built into vehicles, sold, swapped, repaired, recycled, retired and
 * some re-used, by six reporting organisations under a managing one, across all nine record kinds. Seeded and
 * deterministic: the same options give the same records on every machine.
 */
import { vinCheckDigit } from '@suyuan/battery';
import { labelPhotoDigest } from './label-photo.ts';
import type { RecordMembers } from './records.ts';
import { GroupMaker } from './records.ts';

/** What to generate. */
export interface LifeOptions {
  /** A whole number from 0 to 33; records of different seeds have no code in common. */
  readonly seed: number;
  readonly vehicles: number;
  /** First and last day, `YYYY-MM-DD`; what would happen later is left out. */
  readonly from: string;
  readonly to: string;
}

/** A reporting organisation, by its business type. */
export type LifeOrganization =
  | 'battery_maker'
  | 'vehicle_maker'
  | 'dealer'
  | 'swap_operator'
  | 'repairer'
  | 'recycler';

/** One record of one organisation, on the day it happened. */
export interface LifeRecord {
  readonly organization: LifeOrganization;
  readonly kind: string;
  /** Input of an API push. */
  readonly record: LifeMembers;
  readonly on: string;
}

/** Members of a record; attachments are objects. */
export type LifeMembers = Readonly<
  Record<string, RecordMembers[string] | readonly Readonly<Record<string, string>>[]>
>;

/** The reporting organisations with the credit codes and names that the records use; a managing one reports nothing. */
export const lifeOrganizations: {
  readonly [id in LifeOrganization]: { readonly code: string; readonly name: string };
} = {
  battery_maker: { code: '91350100M000100Y43', name: '示例电池有限公司' },
  vehicle_maker: { code: '91350100MA0TRY0015', name: '示例汽车有限公司' },
  dealer: { code: '91350100MA0TRY0028', name: '示例汽车销售有限公司' },
  swap_operator: { code: '91350100MA0TRY003B', name: '示例换电有限公司' },
  repairer: { code: '91350100MA0TRY004E', name: '示例汽车维修有限公司' },
  recycler: { code: '91350100MA0TRY005H', name: '示例再生资源有限公司' },
};

const DAY_MS = 86_400_000;
/** Part of the time over which production is spread, so that lives have time to end. */
const PRODUCTION_SHARE = 0.55;
const GROUPS_PER_VEHICLE = 4;

/** Every record in the order of days, and on one day in the order in which things follow each other. */
export function generateLives(options: LifeOptions): readonly LifeRecord[] {
  const first = Date.parse(options.from) / DAY_MS;
  const days = Date.parse(options.to) / DAY_MS - first;
  const records: LifeRecord[] = [];
  for (let vehicle = 0; vehicle < options.vehicles; vehicle += 1) {
    const start = first + Math.floor((vehicle * days * PRODUCTION_SHARE) / options.vehicles);
    const life = new Life(options.seed, vehicle, start);
    life.live();
    records.push(...life.records.filter(({ on }) => on <= options.to));
  }
  return records.toSorted((a, b) => (a.on === b.on ? 0 : a.on < b.on ? -1 : 1));
}

/** The VIN of a vehicle. */
export function lifeVin(seed: number, vehicle: number): string {
  const head = `LSYDEM${String(seed).padStart(2, '0')}`;
  const tail = `TA${String(vehicle).padStart(6, '0')}`;
  return `${head}${vinCheckDigit(`${head}0${tail}`) ?? '0'}${tail}`;
}

const unit = (field: string, organization: LifeOrganization): LifeMembers => ({
  [`${field}Code`]: lifeOrganizations[organization].code,
  [`${field}Name`]: lifeOrganizations[organization].name,
});

interface Battery {
  readonly code: string;
  readonly level: 'P' | 'M';
  readonly weight: number;
}

/** One vehicle and the batteries that it meets. */
class Life {
  readonly records: LifeRecord[] = [];
  readonly #seed: number;
  readonly #vehicle: number;
  readonly #start: number;
  readonly #vin: string;
  readonly #swaps: boolean;

  constructor(seed: number, vehicle: number, start: number) {
    this.#seed = seed;
    this.#vehicle = vehicle;
    this.#start = start;
    this.#vin = lifeVin(seed, vehicle);
    this.#swaps = vehicle % 2 === 0;
  }

  /** Days 0 to 120: half of the vehicles swap, a third has a module replaced, some have a pack replaced. */
  live(): void {
    const pack = this.#make(0, 0);
    this.#build(pack);
    this.#sell();
    let mounted = pack;
    if (this.#swaps) mounted = this.#swapAround(pack);
    else if (this.#vehicle % 5 === 1) mounted = this.#replacePack(pack);
    // The new module of every sixth vehicle meets all nine kinds: its pack is mounted from day 60 to day 90.
    if (this.#vehicle % 6 === 0) this.#replaceModule(pack, 75);
    else if (this.#vehicle % 3 === 0) this.#replaceModule(mounted, 95);
    if (this.#vehicle % 4 === 3) this.#scrap(mounted);
    if (this.#vehicle % 25 === 7) this.#unreadable();
  }

  #on(day: number): string {
    return new Date((this.#start + day) * DAY_MS).toISOString().slice(0, 10);
  }

  /** A time on a day, another one for each vehicle. */
  #at(day: number): string {
    const minute = (this.#vehicle * 7) % 600;
    const two = (value: number): string => String(value).padStart(2, '0');
    return `${this.#on(day)}T${two(8 + Math.floor(minute / 60))}:${two(minute % 60)}:00+08:00`;
  }

  #say(organization: LifeOrganization, kind: string, day: number, record: LifeMembers): void {
    this.records.push({ organization, kind, record, on: this.#on(day) });
  }

  #group(place: number, day: number): GroupMaker {
    return new GroupMaker(this.#seed, this.#vehicle * GROUPS_PER_VEHICLE + place, this.#on(day));
  }

  /** Four modules and their pack. */
  #make(place: number, day: number): GroupMaker {
    const group = this.#group(place, day);
    for (const index of [0, 1, 2, 3]) this.#say('battery_maker', 'battery_module', day, group.module(index));
    this.#say('battery_maker', 'battery_pack', day, group.pack());
    return group;
  }

  #build(pack: GroupMaker): void {
    this.#say('vehicle_maker', 'vehicle_production', 5, {
      vin: this.#vin,
      vehicleModel: this.#swaps ? 'SYV7000BEV-S' : 'SYV7000BEV',
      vehicleBrand: '示例牌',
      vehicleType: 'passenger_car',
      offlineTime: this.#at(5),
      packCodes: [pack.code('P', 1)],
      systemCode: String(pack.pack()['systemCode']),
      certificateDate: this.#on(6),
      swapCapable: this.#swaps,
    });
  }

  #sell(): void {
    this.#say('dealer', 'vehicle_sale', 12, {
      vin: this.#vin,
      saleDate: this.#on(12),
      saleArea: '350102 福建省福州市鼓楼区',
      buyerType: 'person',
      ownerName: `示例车主${this.#vehicle}`,
      ownerAddress: `福州市鼓楼区示例路 ${this.#vehicle + 1} 号`,
      ownerId: `35010219900101${String(this.#vehicle % 10_000).padStart(4, '0')}`,
    });
  }

  #swapRecord(day: number, members: LifeMembers): void {
    const record = { swapTime: this.#at(day), ...members, ...unit('replaceUnit', 'swap_operator') };
    this.#say('swap_operator', 'battery_swap', day, record);
  }

  /** The pack and a second one take turns; then the first leaves the operator's stock and is recycled. */
  #swapAround(pack: GroupMaker): GroupMaker {
    const second = this.#make(1, 14);
    const [one, other] = [pack.code('P', 1), second.code('P', 1)];
    this.#swapRecord(15, { subType: 'vehicle', vin: this.#vin });
    this.#swapRecord(20, { subType: 'stock_in', newCode: other });
    for (const [day, oldCode, newCode] of [
      [30, one, other],
      [60, other, one],
      [90, one, other],
    ] as const) {
      const odometer = day * 40;
      this.#swapRecord(day, {
        subType: 'swap',
        vin: this.#vin,
        oldCode,
        newCode,
        soc: 15 + (day % 7),
        odometer,
      });
    }
    this.#swapRecord(100, { subType: 'out', oldCode: one, ...unit('whereabouts', 'recycler') });
    this.#recycle({ code: one, level: 'P', weight: 62.4 }, 101, unit('source', 'swap_operator'), 'recycle');
    return second;
  }

  #replacePack(pack: GroupMaker): GroupMaker {
    const spare = this.#make(2, 62);
    this.#stock({ code: spare.code('P', 1), level: 'P', weight: 62.5 }, 70, 'SYP-24S', {});
    this.#repair(80, 'P', pack.code('P', 1), spare.code('P', 1));
    const reused = this.#vehicle % 2 === 1;
    const old = { code: pack.code('P', 1), level: 'P', weight: 62.3 } as const;
    this.#recycle(old, 83, unit('source', 'repairer'), reused ? 'reuse' : 'recycle');
    if (reused) this.#reuse(pack, 110);
    return spare;
  }

  /** A module of a mounted pack is replaced by one from the repairer's stock. */
  #replaceModule(mounted: GroupMaker, day: number): void {
    const spare = this.#group(3, 40);
    const cells = Array.from({ length: 6 }, (_, i) => spare.code('C', i + 1));
    const newCode = spare.code('M', 1);
    const { packCode: _none, ...made } = spare.module(0);
    this.#say('battery_maker', 'battery_module', 40, { ...made, sparePart: true });
    this.#stock({ code: newCode, level: 'M', weight: 13.2 }, 45, 'SYM-6S', { childCodes: cells });
    this.#repair(day, 'M', mounted.code('M', 2), newCode);
    const old = { code: mounted.code('M', 2), level: 'M', weight: 13.1 } as const;
    this.#recycle(old, day + 3, unit('source', 'repairer'), 'recycle');
  }

  #stock({ code, level }: Battery, day: number, modelId: string, members: LifeMembers): void {
    this.#say('repairer', 'after_sales_service', day, {
      code,
      level,
      modelId,
      ...members,
      orderCode: `SO-${this.#on(day)}-${this.#vehicle}`,
      storageDate: this.#on(day),
      ...unit('serviceUnit', 'repairer'),
    });
  }

  #repair(day: number, level: Battery['level'], oldCode: string, newCode: string): void {
    this.#say('repairer', 'vehicle_repair', day, {
      vin: this.#vin,
      replaceDate: this.#on(day),
      level,
      oldCode,
      newCode,
      ...unit('whereabouts', 'recycler'),
      repairUnit: lifeOrganizations.repairer.name,
    });
  }

  /** Taken in, dispatched after two days, retired on the next; treated two weeks later unless it is re-used. */
  #recycle(battery: Battery, day: number, source: LifeMembers, nextUse: 'recycle' | 'reuse'): void {
    const { code, level, weight } = battery;
    const base = { code, level, weight, ...unit('recoverUnit', 'recycler') };
    const say = (offset: number, record: LifeMembers): void =>
      this.#say('recycler', 'battery_recycling', day + offset, { ...base, ...record });
    const storageDate = this.#on(day);
    say(0, { subType: 'stock_in', storageDate, ...source, conditionGrade: 'intact' });
    say(2, { subType: 'dispatch', storageDate, outDate: this.#on(day + 2), ...unit('dest', 'recycler') });
    this.#say('recycler', 'battery_retirement', day + 3, {
      code,
      level,
      weight,
      retireDate: this.#on(day + 3),
      ...unit('retireUnit', 'recycler'),
      retireUnitType: 'recovery_outlet',
      batteryType: 'B',
      ...unit('whereabouts', nextUse === 'reuse' ? 'battery_maker' : 'recycler'),
      nextUse,
      soh: nextUse === 'reuse' ? 86 : 70,
    });
    if (nextUse === 'reuse') return;
    say(17, { subType: 'treatment', treatmentDate: this.#on(day + 17), outputCopper: weight / 10 });
  }

  /** The retired pack gets a code of its own as a re-used product, with the same modules. */
  #reuse(pack: GroupMaker, day: number): void {
    const date = this.#group(0, day).code('P', 1).slice(14, 17);
    const serial = String(this.#seed * 100_000 + this.#vehicle + 1).padStart(7, '0');
    this.#say('battery_maker', 'battery_pack', day, {
      ...pack.pack(),
      packCode: `SY1PB01${date}${serial}RP`,
      productionDate: this.#on(day),
      previousCode: pack.code('P', 1),
    });
  }

  /** The vehicle ends: its pack is taken from it. */
  #scrap(mounted: GroupMaker): void {
    const battery = { code: mounted.code('P', 1), level: 'P', weight: 62 } as const;
    const certificate = { scrapCertNo: `BF-${this.#vin}`, scrapDate: this.#on(139) };
    this.#recycle(battery, 140, { sourceVin: this.#vin, batteryPresent: true, ...certificate }, 'recycle');
  }

  #unreadable(): void {
    this.#say('recycler', 'battery_recycling', 115, {
      subType: 'stock_in',
      unreadableReason: '标签烧毁，无法识读',
      level: 'C',
      storageDate: this.#on(115),
      ...unit('recoverUnit', 'recycler'),
      attachments: [{ digest: labelPhotoDigest, name: '标签.png' }],
    });
  }
}
