/** The kinds of master data as the API names them. */
import type { listMasterData, ParamsOf, QueryOf } from '@suyuan/api';
import { isMasterKind, masterKinds, type MasterKindId } from '@suyuan/battery';

export type MasterKind = ParamsOf<typeof listMasterData>['kind'];
export type MasterProduct = NonNullable<QueryOf<typeof listMasterData>['product']>;

/** Every kind, in the order of its tabs. */
export const masterKindIds: readonly MasterKindId[] = masterKinds.map(({ id }) => id).filter(isMasterKind);
