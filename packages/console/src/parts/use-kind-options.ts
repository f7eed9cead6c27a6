/** The values that fields of a kind can take now, by the node's code tables, which the network may have changed. */
import { getKind } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { call } from '../client/call.ts';

/** A value with its name in both languages. */
export interface KindOption {
  readonly value: string;
  readonly label: { readonly zh: string; readonly en: string };
}

/** From a field's id to its values; undefined for a field that has none, and until the node has answered. */
export const useKindOptions = (
  kind: string,
  isNeeded: boolean,
): ((field: string) => readonly KindOption[] | undefined) => {
  const { data } = useQuery({
    queryKey: ['kinds', kind],
    queryFn: () => call(getKind, { params: { kind } }),
    staleTime: 60_000,
    enabled: isNeeded,
  });
  return (field) => data?.fields.find(({ id }) => id === field)?.options;
};
