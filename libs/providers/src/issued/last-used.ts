import type { UseSample } from '../provider.ts';

/**
 * A sample where the provider says when a value was last used, to the second. Use since the row of samples began counts: the provider may
 * tell of it late. The first sample only begins the row.
 */
export const sampleOfLastUse = (lastUsedAt: string | null | undefined, sampledAt: string, since: string | undefined): UseSample => {
  const isUsed = lastUsedAt !== null && lastUsedAt !== undefined && since !== undefined && Date.parse(lastUsedAt) >= Date.parse(since);
  const seen = { sampledAt, sessions: isUsed ? 1 : 0, applications: [], addresses: [], isGapless: true as const };
  return lastUsedAt ? { ...seen, lastUsedAt } : seen;
};
