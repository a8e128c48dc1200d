import type { LeaseFact } from '../credential/lease-fact.ts';
import type { Write } from '../ports/command-log.ts';

type Fetched = Extract<Write, { readonly kind: 'lease-holds' }>;

const isOf =
  ({ consumer, instance }: Fetched) =>
  (lease: LeaseFact): boolean =>
    lease.consumer === consumer && lease.instance === instance;

const fetchedBy = (before: LeaseFact | undefined, { consumer, instance, version }: Fetched, now: string): LeaseFact => {
  const others = (before?.holds ?? []).filter((hold) => hold.version !== version);
  return { consumer, instance, lastBeatAt: now, silentMs: 0, ended: null, holds: [...others, { version, since: now }] };
};

/** The leases on a credential with what earlier entries of the batch give out of it, which no table holds yet: who fetches lives, and holds it. */
export const withFetched = (
  leases: readonly LeaseFact[],
  writes: readonly Write[],
  { credentialId, now }: { readonly credentialId: string; readonly now: string },
): readonly LeaseFact[] =>
  writes.reduce<readonly LeaseFact[]>((all, write) => {
    if (write.kind !== 'lease-holds' || write.credentialId !== credentialId) return all;
    const isIts = isOf(write);
    return [...all.filter((lease) => !isIts(lease)), fetchedBy(all.find(isIts), write, now)];
  }, leases);
