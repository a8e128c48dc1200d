import type { ProviderRefusal } from '../../src/refusal.ts';

type Answer<T> = { ok: true; value: T } | { ok: false; refusal: ProviderRefusal };

/** What a provider did; shows the refusal's sentence where it did nothing. */
export const accepted = <T>(result: Answer<T>): T => {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.sentence}`);
  return result.value;
};

export const refusedBy = (result: { ok: true } | { ok: false; refusal: ProviderRefusal }): ProviderRefusal | null =>
  result.ok ? null : result.refusal;

/** What was issued; a try that is over issues nothing. */
export const made = <T>(value: T | null): T => {
  if (value === null) throw new Error('nothing was issued');
  return value;
};
