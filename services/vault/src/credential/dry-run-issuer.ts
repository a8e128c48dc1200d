import { type IssuerLack, issuerTypeOf } from '@keyturn/contracts';
import type { DryRun, Finding } from '@keyturn/contracts/queries';
import { millisecondsBetween } from './awaited.ts';
import { issuerNow, strategyNow } from './provider-abilities.ts';
import { agoOf } from './said.ts';
import { latestRotation, type Rotation } from './rotation.ts';
import { type RegisteredCredential, versionOf } from './state.ts';
import type { Time } from './version.ts';

// What a rotation would run into on the side of whoever makes the next value.

export const blocking = (code: string, sentence: string): Finding => ({ code, blocks: true, sentence });
export const noted = (code: string, sentence: string): Finding => ({ code, blocks: false, sentence });
export const isRefused = (verdict: string | undefined): boolean => verdict === 'invalid' || verdict === 'forbidden';

type Issuer = RegisteredCredential | null;

/** The credential with which this one is managed must be there, be enabled, and work. */
const ofItself = (state: RegisteredCredential, issuer: Issuer): readonly Finding[] => {
  if (state.issuer === null) return [];
  const fit = issuerTypeOf(state.credentialType, versionOf(state, state.current)?.publicFields ?? {});
  if (fit !== null && issuerNow(state) === null) {
    const whose = issuer ? `Its issuer ${issuer.address}` : 'Its issuer';
    return [
      noted(
        'issuer-unfit',
        `${whose} makes no such values, or was named before Keyturn looked at that: a person makes the next one. To have it issued, register the ` +
          `credential anew with an issuer of the type ${fit}.`,
      ),
    ];
  }
  if (!issuer) return [blocking('issuer-unknown', 'Its issuer is deleted.')];
  const tested = versionOf(issuer, issuer.current)?.tested;
  return [
    ...(issuer.disabled ? [blocking('issuer-disabled', `Its issuer ${issuer.address} is disabled: ${issuer.disabled.reason}.`)] : []),
    ...(tested && isRefused(tested.verdict)
      ? [blocking('issuer-test-failed', `The last test of its issuer ${issuer.address} failed: ${tested.sentence}`)]
      : []),
  ];
};

/** Has the issuer another value than when it was looked at? */
const isOutdated = (issuer: RegisteredCredential, at: Time): boolean => {
  const since = versionOf(issuer, issuer.current)?.committedAt;
  return since !== undefined && since !== null && since > at;
};

/** A value that a rotation had made since shows that nothing was in its way any more. */
const isProved = ({ versions }: RegisteredCredential, at: Time): boolean =>
  versions.some(({ epoch, stagedAt }) => epoch !== null && stagedAt > at);

type Seen = NonNullable<RegisteredCredential['inspected']['seen']>;

/** What was seen of the issuer, as it is now; null where nobody has looked since it got its value. */
const seenNow = ({ inspected }: RegisteredCredential, issuer: RegisteredCredential): Seen | null =>
  inspected.seen && !isOutdated(issuer, inspected.seen.at) ? inspected.seen : null;

const stillLacking = (state: RegisteredCredential, { lacks, at }: Seen): readonly IssuerLack[] =>
  lacks.filter(({ needed }) => needed !== 'rotation' || !isProved(state, at));

const findingOf = ({ code, needed, sentence, statement }: IssuerLack, at: Time, now: Time): Finding => ({
  code,
  blocks: needed === 'rotation',
  sentence: `${sentence} (Seen ${agoOf(millisecondsBetween(at, now))}.)`,
  ...(statement === undefined ? {} : { statement }),
  seenAt: at,
});

const ofInspection = (state: RegisteredCredential, issuer: Issuer, now: Time): readonly Finding[] => {
  const seen = issuer && issuerMaking(state) !== null ? seenNow(state, issuer) : null;
  return seen ? stillLacking(state, seen).map((lack) => findingOf(lack, seen.at, now)) : [];
};

/** Who makes the next value by itself. */
const issuerMaking = (state: RegisteredCredential): string | null => (strategyNow(state) === 'assisted' ? null : issuerNow(state));

const MENDED_AT_THE_PROVIDER: ReadonlySet<string> = new Set(['issuer-lacks-privilege', 'issuer-unfit']);

/** Is nothing left of what a rotation failed for: by a later one that got further, another value of the issuer, or a look that shows all? */
const isMended = (state: RegisteredCredential, issuer: Issuer, { epoch, endedAt }: Rotation): boolean => {
  if (state.rotations.some((later) => later.epoch > epoch && later.committedAt !== null && later.strategy !== 'assisted')) return true;
  if (!issuer || endedAt === null) return false;
  const seen = seenNow(state, issuer);
  return isOutdated(issuer, endedAt) || (seen !== null && seen.unseen === null && seen.at > endedAt);
};

/** What a rotation failed for stands until it is known to be mended: a look that can't show it takes nothing back. */
const ofLastTime = (state: RegisteredCredential, issuer: Issuer): readonly Finding[] => {
  if (issuerMaking(state) === null) return [];
  const failed = state.rotations.findLast(({ failure }) => failure !== null && MENDED_AT_THE_PROVIDER.has(failure.code));
  if (!failed?.failure || isMended(state, issuer, failed)) return [];
  const { code, sentence } = failed.failure;
  const which = failed === latestRotation(state) ? 'The last rotation' : `Rotation ${failed.epoch}`;
  return [noted(code, `${which} failed for it, and the next one will unless that was mended: ${sentence}`)];
};

export const ofIssuer = (state: RegisteredCredential, issuer: Issuer, now: Time): readonly Finding[] => [
  ...ofItself(state, issuer),
  ...ofInspection(state, issuer, now),
  ...ofLastTime(state, issuer),
];

/** A look promises nothing: it says what it found, and what it couldn't see. */
const foundBy = (state: RegisteredCredential, seen: Seen): string => {
  if (isProved(state, seen.at)) return ', and a rotation got a value since.';
  if (stillLacking(state, seen).some(({ needed }) => needed === 'rotation')) return ': it lacks what is named here.';
  return `: nothing was found missing.${seen.unseen === null ? '' : ` Not all can be seen: ${seen.unseen}`}`;
};

const saidOf = (state: RegisteredCredential, issuer: RegisteredCredential, now: Time): string => {
  const seen = seenNow(state, issuer);
  const name = `Its issuer ${issuer.address}`;
  if (seen) return `${name} was looked at ${agoOf(millisecondsBetween(seen.at, now))}${foundBy(state, seen)}`;
  const { seen: before } = state.inspected;
  const why = before ? `has another value since it was looked at, ${agoOf(millisecondsBetween(before.at, now))}` : 'was not looked at yet';
  return `${name} ${why}: test the credential to see whether it lacks anything.`;
};

/** Who makes the next value, when it was looked at, and what came of that; null where a person makes it, or the issuer is gone. */
export const inspectedIssuer = (state: RegisteredCredential, issuer: Issuer, now: Time): DryRun['issuer'] => {
  if (!issuer || issuerMaking(state) === null) return null;
  const { credentialId, address } = issuer;
  const { unable } = state.inspected;
  const failed = unable && !isOutdated(issuer, unable.at) ? ` The last try came to nothing: ${unable.sentence}` : '';
  return { credentialId, address, seenAt: seenNow(state, issuer)?.at ?? null, sentence: `${saidOf(state, issuer, now)}${failed}` };
};
