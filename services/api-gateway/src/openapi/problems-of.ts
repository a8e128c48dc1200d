import { COMMAND_REFUSALS } from '@keyturn/contracts/api';
import { type Definition, isOpen, readsKey } from '../endpoint.ts';
import type { ProblemCode } from '../problems.ts';

export const isWrite = ({ method }: Pick<Definition, 'method'>): boolean => method !== 'get';

/** What its handler says no to: what is said of it, and what the commands that it sends are refused for. */
export const refusedBy = ({ refuses, sends = [] }: Definition): readonly ProblemCode[] => [
  ...new Set([...refuses, ...sends.flatMap((name) => COMMAND_REFUSALS[name] ?? [])]),
];

/** Every problem that a route can answer with: its own, and what stands before it (middleware, parsing, the caller). */
export const problemsOf = (definition: Definition): readonly ProblemCode[] => {
  const { access, takes, isNavigation = false, ifMatch, ifMatchIsOptional } = definition;
  const codes: ProblemCode[] = [...refusedBy(definition), 'internal'];
  if (access !== 'public')
    codes.push('unauthenticated', 'token-invalid', 'identity-provider-unavailable', 'too-many-requests', 'too-many-guesses');
  if (!isOpen(access)) codes.push('vault-unavailable'); // it says which sessions are revoked
  if (!isOpen(access) && access !== 'signed-in') codes.push('role-missing');
  if (isWrite(definition)) codes.push('cross-site-request', 'malformed-json', 'media-type-unsupported', 'body-too-large');
  if (readsKey(definition)) codes.push('idempotency-key-invalid');
  if (ifMatch !== undefined) codes.push('if-match-invalid', ifMatch);
  if (ifMatch !== undefined && !ifMatchIsOptional) codes.push('if-match-missing');
  if (Object.keys(takes.shape).length > 0 && !isNavigation) codes.push('request-invalid');
  return [...new Set(codes)];
};
