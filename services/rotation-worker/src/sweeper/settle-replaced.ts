import type { Refusal } from '@keyturn/contracts';
import type { UnsettledCandidate } from '@keyturn/contracts/queries';
import type { OpenedFields } from '@keyturn/providers';
import { fenceOf, openFields, providerFor, providerIdOf, type ActivityDeps } from '../activities/activity.ts';
import { commandIdOf } from '../activities/command-id.ts';
import { orRefused, orStillAlive, refused, refusedByVault } from '../activities/failure.ts';
import { describeUse } from '../activities/observe-use.ts';
import { revokeOrTell } from '../activities/revoke-failure.ts';
import { extendRow, observedMs, watchedFrom } from '../rotation/idle-row.ts';
import type { UseWatch, UseWatches } from './use-watches.ts';

export type ReplacedDeps = Pick<ActivityDeps, 'vault' | 'providers' | 'log'> & {
  readonly watches: UseWatches;
  /** How far the rounds are apart, of which each takes a sample. */
  readonly everyMs: number;
};

/** What was in use until somebody replaced it outside a rotation. */
export type Replaced = UnsettledCandidate & { readonly replaced: NonNullable<UnsettledCandidate['replaced']> };

export const isReplaced = (candidate: UnsettledCandidate): candidate is Replaced => candidate.replaced !== undefined;

/** Each opening is a recorded reveal, so one serves some minutes of samples. */
const LOOKS_AN_OPENING = 60;

const toLookWith = async (deps: ReplacedDeps, watch: UseWatch, { credentialId }: Replaced): Promise<OpenedFields> => {
  const known = watch.issuer;
  const issuer =
    known && known.looksLeft > 0
      ? known
      : { fields: await openFields(deps, { credentialId, what: 'issuer' }), looksLeft: LOOKS_AN_OPENING };
  issuer.looksLeft -= 1;
  watch.issuer = issuer;
  return issuer.fields;
};

/** Takes one sample, and says what the row proves, if that is as much as is `needed`; null: not yet. A refusal where somebody uses it. */
const lookFor = async (deps: ReplacedDeps, watch: UseWatch, left: Replaced, neededMs: number): Promise<string | null> => {
  const { version } = left;
  const providerId = providerIdOf(left);
  const issuer = await toLookWith(deps, watch, left);
  const asked = await providerFor(deps, left).sampleUse({
    issuer,
    providerId,
    since: watchedFrom(watch.row, version),
    last: watch.row?.last,
  });
  // Another one may look by the next time.
  if (!asked.ok) delete watch.issuer;
  const seen = orRefused(asked);
  const { sampledAt, sessions, isGapless = false } = seen;
  const row = extendRow(watch.row, { version, sampledAt, sessions, isGapless }, deps.everyMs);
  watch.row = row;
  const sentence = describeUse(providerId, row, seen);
  if (!row.idle) throw refused('still-used', sentence);
  return observedMs(row) >= neededMs ? sentence : null;
};

/** A person has to know where it may be what is in use: removing it would be the wrong thing to do. */
const refusedStart = (refusal: Refusal, providerId: string): Error => {
  if (refusal.code === 'value-in-use')
    return refused(refusal.code, `${providerId} is in use as version ${refusal.version}: don't remove it at the provider, settle it here.`);
  if (refusal.code === 'version-unreadable')
    return refused(refusal.code, `Version ${refusal.version} can't be opened, so ${providerId} may be in use: Keyturn doesn't remove it.`);
  return refusedByVault('start the revocation', refusal);
};

const startRevocation = async ({ vault }: ReplacedDeps, left: Replaced, evidence: string, root: string): Promise<void> => {
  const { credentialId, version } = left;
  const data = { credentialId, version, evidence };
  const started = await vault.report('ledger.start-revocation', data, { commandId: commandIdOf(root, 'ledger.start-revocation', data) });
  if (!started.ok) throw refusedStart(started.refusal, providerIdOf(left));
};

/** Nobody gets in any more, which a person can still undo at the provider; the soak counts from here. */
const denyUse = async (deps: ReplacedDeps, watch: UseWatch, left: Replaced): Promise<void> => {
  const issuer = await openFields(deps, { credentialId: left.credentialId, what: 'issuer' });
  orRefused(await providerFor(deps, left).denyUse({ issuer, fence: fenceOf(left), providerId: providerIdOf(left) }));
  watch.isDenied = true;
  watch.row = undefined;
};

const erase = async (deps: ReplacedDeps, left: Replaced): Promise<void> => {
  const { credentialId, version } = left;
  const provider = providerFor(deps, left);
  const issuer = await openFields(deps, { credentialId, what: 'issuer' });
  orRefused(await provider.erase({ issuer, fence: fenceOf(left), providerId: providerIdOf(left) }));
  orStillAlive(await provider.isDead(await openFields(deps, { credentialId, what: 'version', version })));
};

/**
 * As a rotation retires its old version: on an unbroken row of samples over the grace nobody gets in any more, on one over the soak it goes for
 * good, and it is dead once the provider has refused it twice. False: it is still watched, and another round goes on.
 */
const remove = async (deps: ReplacedDeps, left: Replaced, root: string): Promise<boolean> => {
  const { isRevoking, graceMs, soakMs } = left.replaced;
  const watch = deps.watches.of(left);
  if (!isRevoking) {
    const evidence = await lookFor(deps, watch, left, graceMs);
    if (evidence === null) return false;
    await startRevocation(deps, left, evidence, root);
  }
  if (watch.isDenied !== true) await denyUse(deps, watch, left);
  if (soakMs > 0 && (await lookFor(deps, watch, left, soakMs)) === null) return false;
  await erase(deps, left);
  return true;
};

/** Goes on removing what somebody replaced outside a rotation, and records it as revoked in the end. `root` names this try. */
export const settleReplaced = async (deps: ReplacedDeps, left: Replaced, root: string): Promise<boolean> => {
  const { credentialId, version } = left;
  if (!(await revokeOrTell(deps, left, root, () => remove(deps, left, root)))) return false;
  const data = { credentialId, version };
  const recorded = await deps.vault.report('ledger.record-revoked', data, { commandId: commandIdOf(root, 'ledger.record-revoked', data) });
  if (!recorded.ok && recorded.refusal.code !== 'version-not-revoking') throw refusedByVault('record the revoke', recorded.refusal);
  return true;
};
