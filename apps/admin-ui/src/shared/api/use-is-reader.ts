import { useQuery } from '@tanstack/react-query';
import { sessionQueries } from './session-queries.ts';

const READERS = ['admin', 'operator', 'auditor'];

/** Whether to offer the pages that show everybody's credentials. Only a courtesy: the gateway and the vault decide. */
export const useIsReader = (): boolean => {
  const { data } = useQuery(sessionQueries.current());
  return data?.roles.some((role) => READERS.includes(role)) ?? false;
};
