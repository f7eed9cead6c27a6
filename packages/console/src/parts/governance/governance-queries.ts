/** What governance pages read, and who may act there. */
import { administrators, getGovernance, listProposals } from '@suyuan/api';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { call } from '../../client/call.ts';
import { sessionQuery } from '../../client/queries.ts';

export const governanceQuery = queryOptions({
  queryKey: ['governance', 'now'],
  queryFn: () => call(getGovernance),
});

export const proposalsQuery = queryOptions({
  queryKey: ['governance', 'proposals'],
  queryFn: () => call(listProposals),
  refetchInterval: 10_000,
});

/** Whether the person signed in may issue acts of its organisation. */
export const useMayGovern = (): boolean => {
  const { data: session } = useQuery(sessionQuery);
  return session !== undefined && session !== null && administrators.includes(session.role);
};
