/** What governance pages read. */
import { getGovernance, listProposals } from '@suyuan/api';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../client/call.ts';

export const governanceQuery = queryOptions({
  queryKey: ['governance', 'now'],
  queryFn: () => call(getGovernance),
});

export const proposalsQuery = queryOptions({
  queryKey: ['governance', 'proposals'],
  queryFn: () => call(listProposals),
  refetchInterval: 10_000,
});
