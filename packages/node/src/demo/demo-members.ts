// Who takes part in a demonstration: the managing organisation, and one organisation for each business type, which may
// report what its type usually does.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { managingKinds, recordKindsOfBusiness } from '@suyuan/battery';
import type { NetworkMember } from '../network.ts';
import type { DemoOrganization, DemoType } from './demo-document.ts';

/** An organisation of the demonstration. */
export interface DemoMember extends NetworkMember {
  readonly part: DemoOrganization['role'];
}

/** The id of the managing organisation. */
export const managingId = 'manager';

const names: Readonly<Record<DemoType, string>> = {
  battery_maker: '电池厂 Battery maker',
  vehicle_maker: '整车厂 Vehicle maker',
  dealer: '经销商 Dealer',
  swap_operator: '换电运营商 Swap operator',
  repairer: '维修商 Repairer',
  recycler: '回收企业 Recycler',
};

/** Every business type that reports, in the order of a battery's life. */
export const demoTypes: readonly DemoType[] = [
  'battery_maker',
  'vehicle_maker',
  'dealer',
  'swap_operator',
  'repairer',
  'recycler',
];

/** With the managing organisation they are four: one may fail. The others take part without a vote. */
const validators: ReadonlySet<DemoType> = new Set(['battery_maker', 'vehicle_maker', 'recycler']);

const idOf = (type: DemoType): string => type.replaceAll('_', '-');

/** The managing organisation first, then the given types in the order of a battery's life. */
export function demoMembers(types: readonly DemoType[]): readonly DemoMember[] {
  const reporters = demoTypes
    .filter((type) => types.includes(type))
    .map((type): DemoMember => ({
      organization: idOf(type),
      name: names[type],
      role: validators.has(type) ? 'validator' : 'observer',
      recordKinds: recordKindsOfBusiness(type) ?? [],
      part: type,
    }));
  const managing: DemoMember = {
    organization: managingId,
    name: '管理方 Managing organisation',
    role: 'validator',
    recordKinds: managingKinds,
    part: 'managing',
  };
  return [managing, ...reporters];
}

/** The business types of the network that lies in a data folder; undefined where none does. */
export async function storedTypes(dataDir: string): Promise<readonly DemoType[] | undefined> {
  const isThere = async (path: string): Promise<boolean> =>
    await access(join(dataDir, path)).then(
      () => true,
      () => false,
    );
  if (!(await isThere('genesis.cbor'))) return undefined;
  const found: DemoType[] = [];
  for (const type of demoTypes) if (await isThere(`organizations/${idOf(type)}/keys`)) found.push(type);
  return found;
}
