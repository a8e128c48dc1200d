import { useQuery } from '@tanstack/react-query';
import { sessionQueries } from './session-queries.ts';

// What the page offers to whom. Only a courtesy: the gateway and the vault decide.

const useHasRole = (roles: readonly string[]): boolean => {
  const { data } = useQuery(sessionQueries.current());
  return data?.roles.some((role) => roles.includes(role)) ?? false;
};

/** The pages that show everybody's credentials. */
export const useIsReader = (): boolean => useHasRole(['admin', 'operator', 'auditor']);

/** What only admins may do. */
export const useIsAdmin = (): boolean => useHasRole(['admin']);

/** The audit log of everything. */
export const useMayAudit = (): boolean => useHasRole(['admin', 'auditor']);
