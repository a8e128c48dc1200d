import { DatabaseError } from 'pg';
import { ZodError } from 'zod';

export type Failure = 'lost' | 'busy' | 'refused';

/**
 * Lost: the connection went, so nobody knows whether the server committed. Busy: the lock or the server's time was not to be had, and
 * fewer commands would fare no better. Refused: the server, or a stored row, said no; one command's fault may have hurt the others.
 */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof ZodError) return 'refused';
  if (!(error instanceof DatabaseError)) return 'lost';
  const code = error.code ?? '';
  if (/^(08|57P|25P03)/.test(code)) return 'lost';
  return /^(53|55P03|57014)/.test(code) ? 'busy' : 'refused';
};
