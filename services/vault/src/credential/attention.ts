import type { Attention, LedgerEntry, LedgerEntryView } from '@keyturn/contracts/queries';
import type { Facts } from './awaited.ts';
import { isInUse } from './brought-again.ts';
import { isTestable, overlapsNow } from './provider-abilities.ts';
import { isReplaced, whyReplaced } from './replaced.ts';
import { removalWaitsFor } from './replaced-proof.ts';
import { openRotation, type Rotation } from './rotation.ts';
import { type RegisteredCredential, versionOf } from './state.ts';
import type { Version } from './version.ts';
import { approvalsMissing } from './unapproved.ts';

type Need = Pick<Attention, 'needs' | 'since' | 'why'>;

/** Of a rotation whose values a person makes and removes. */
const ofAssisted = (state: RegisteredCredential, { strategy, serving, retiring, approvals, requestedAt }: Rotation): Need | null => {
  if (strategy !== 'assisted') return null;
  if (serving === null) return { needs: 'value', since: approvals.at(-1)?.at ?? requestedAt };
  const old = versionOf(state, retiring);
  return old?.status === 'revoking' && old.loginsDeniedAt === null ? { needs: 'deletion', since: old.revokingAt ?? requestedAt } : null;
};

const needOf = (state: RegisteredCredential, rotation: Rotation): Need | null => {
  const { requestedAt, forceAsked, escalated, heldAt } = rotation;
  if (approvalsMissing(rotation) > 0) return { needs: 'approval', since: requestedAt };
  if (forceAsked) return { needs: 'force-approval', since: forceAsked.at };
  const late = escalated === null ? 'held' : 'escalated';
  const isWaiting = versionOf(state, rotation.retiring)?.loginsDeniedAt === null && rotation.forced === null;
  const held: Need | null = heldAt !== null && isWaiting ? { needs: late, since: heldAt } : null;
  return ofAssisted(state, rotation) ?? held;
};

/**
 * The sweeper can't settle it: its provider refused, or there is nobody to ask and a person's word is waited for. Or it was replaced outside
 * a rotation, and still lets somebody in whom no rotation looks after.
 */
const isStuck = (state: RegisteredCredential, { kind, version }: LedgerEntry): boolean => {
  const left = versionOf(state, version);
  if (left && isInUse(state, left)) return false;
  const isUnasked = left?.status === 'discarding' && !isTestable(state.credentialType, left.publicFields);
  return kind === 'revoke-failed' || isUnasked || isReplaced(state, left);
};

/** Brought by a person to a provider that takes one value at a time: it ended the one that is current here. */
const isOnlyOne = (state: RegisteredCredential, { status, epoch }: Version): boolean =>
  status === 'discarding' && epoch !== null && state.rotations[epoch - 1]?.strategy === 'assisted' && !overlapsNow(state);

const onlyOne = ({ version }: Version): string =>
  `The provider takes one value at a time, so version ${version} may be the only one that works: don’t remove it, bring it again.`;

/** That it was replaced is said by how the credential is now: what was written down then may promise what can't be done any more. */
const whyLeft = (state: RegisteredCredential, { kind, version, sentence }: LedgerEntry): string | undefined => {
  const left = versionOf(state, version);
  const isReplacedStill = isReplaced(state, left) && (kind === 'superseded-not-revoked' || sentence === undefined);
  const because = isReplacedStill ? whyReplaced(state, left) : sentence;
  const said = [...(because === undefined ? [] : [because]), ...(left && isOnlyOne(state, left) ? [onlyOne(left)] : [])];
  return said.length === 0 ? undefined : said.join(' ');
};

/** What is left at the provider, and why it is, and what removes it there in vain; said until it is settled. */
const leftoverOf = (state: RegisteredCredential): Attention | null => {
  const owed = state.ledger.find((entry) => isStuck(state, entry));
  if (!owed) return null;
  const left = versionOf(state, owed.version);
  const rotation = state.rotations.findLast(
    ({ epoch, retiring, announced }) => retiring === owed.version || announced?.version === owed.version || left?.epoch === epoch,
  );
  const why = whyLeft(state, owed);
  return {
    ...(rotation ? { epoch: rotation.epoch } : {}),
    needs: 'leftover',
    since: owed.since,
    ...(why === undefined ? {} : { why }),
  };
};

/** The ledger, as whoever looks at the credential is told of it: why each is left, and for whom its removal waits. */
export const ledgerView = (state: RegisteredCredential, facts: Facts): LedgerEntryView[] =>
  state.ledger.map((entry) => {
    const left = versionOf(state, entry.version);
    const said = [whyLeft(state, entry), left && removalWaitsFor(state, left, facts)].filter((one) => typeof one === 'string');
    return { ...entry, ...(said.length === 0 ? {} : { sentence: said.join(' ') }), canSettle: isReplaced(state, left) };
  });

/** What the open rotation needs of a person, and since when, or what one has left; null where all goes on by itself. */
export const attentionOf = (state: RegisteredCredential): Attention | null => {
  const rotation = openRotation(state);
  const need = rotation ? needOf(state, rotation) : null;
  return rotation && need ? { epoch: rotation.epoch, ...need } : leftoverOf(state);
};
