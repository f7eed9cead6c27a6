/** Names of organisations as this node knows them. */
import { useQuery } from '@tanstack/react-query';
import { organizationQuery } from '../client/queries.ts';

/** A function from an organisation's id to its name; an unknown id stays as it is. */
export const useOrganizationName = (): ((id: string) => string) => {
  const { data } = useQuery(organizationQuery);
  return (id) => {
    if (data === undefined) return id;
    const other = data.organizations.find((organization) => organization.id === id);
    return data.id === id ? data.name : (other?.name ?? id);
  };
};
