import { type Definition, isOpen } from '../endpoint.ts';
import type { ProblemCode } from '../problems.ts';

export const isWrite = ({ method }: Pick<Definition, 'method'>): boolean => method !== 'get';

/** May a repeat be told by its key? Not where a browser navigates, nor where each answer is a new identity. */
export const readsKey = (definition: Definition): boolean =>
  isWrite(definition) && definition.isNavigation !== true && definition.access !== 'consumer';

/** Every problem that a route can answer with: its own, and what stands before it (middleware, parsing, the caller). */
export const problemsOf = (definition: Definition): readonly ProblemCode[] => {
  const { access, takes, refuses, isNavigation = false, ifMatch, ifMatchIsOptional } = definition;
  const codes: ProblemCode[] = [...refuses, 'internal'];
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
