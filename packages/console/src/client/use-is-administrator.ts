/** Whether the person signed in is an administrator; pages hide what would be refused anyway. */
import { administrators } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from './queries.ts';

export const useIsAdministrator = (): boolean => {
  const { data: session } = useQuery(sessionQuery);
  return session !== undefined && session !== null && administrators.includes(session.role);
};
