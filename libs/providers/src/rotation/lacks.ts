import { ok, type Result } from '@keyturn/kernel';
import type { SeenOfIssuer } from '../provider.ts';
import type { ProviderRefusal } from '../refusal.ts';

/** What an inspection came to: what a rotation would be refused for is a lack of the issuer. Where nobody answered it came to nothing. */
export const lacksOf = (
  inspected: Result<SeenOfIssuer, ProviderRefusal>,
): Result<SeenOfIssuer, Extract<ProviderRefusal, { code: 'provider-unreachable' }>> => {
  if (inspected.ok) return inspected;
  const { refusal } = inspected;
  if (refusal.code === 'provider-unreachable') return { ok: false, refusal };
  const { code, sentence } = refusal;
  const statement = 'grants' in refusal && refusal.grants.length > 0 ? { statement: refusal.grants.join(' ') } : {};
  return ok({ lacks: [{ code, needed: 'rotation', sentence, ...statement }] });
};
