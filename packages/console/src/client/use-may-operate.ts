/** Whether the person signed in may change business data; pages hide what would be refused anyway. */
import { operators } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from './queries.ts';

export const useMayOperate = (): boolean => {
  const { data: session } = useQuery(sessionQuery);
  return session !== undefined && session !== null && operators.includes(session.role);
};
