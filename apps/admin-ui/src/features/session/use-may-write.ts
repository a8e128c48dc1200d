import { useQuery } from '@tanstack/react-query';
import { sessionQueries } from '../../shared/api/session-queries.ts';

const WRITERS = ['admin', 'operator'];

/** Whether to offer what changes something. Only a courtesy: the vault decides. */
export const useMayWrite = (): boolean => {
  const { data } = useQuery(sessionQueries.current());
  return data?.roles.some((role) => WRITERS.includes(role)) ?? false;
};
