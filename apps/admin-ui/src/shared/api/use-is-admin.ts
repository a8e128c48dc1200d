import { useQuery } from '@tanstack/react-query';
import { sessionQueries } from './session-queries.ts';

/** Whether to offer what only admins may do. Only a courtesy: the vault decides. */
export const useIsAdmin = (): boolean => {
  const { data } = useQuery(sessionQueries.current());
  return data?.roles.includes('admin') ?? false;
};
