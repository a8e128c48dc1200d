import type { CredentialSummary, CredentialView, RotationSummary, RotationView } from '@keyturn/contracts/api';
import type { Attention } from '@keyturn/contracts/queries';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { formatDay } from '../../shared/time/format-time.ts';
import { overview as overviewWords } from '../../strings-overview.ts';
import { nameOf } from '../rotation/stepper-state.ts';
import { ageInDays } from './age.ts';

const text = overviewWords.needs;

/** Something about a credential that waits for a person. */
export type Need = {
  readonly credentialId: string;
  readonly address: string;
  readonly tone: Tone;
  readonly what: string;
  readonly detail?: string;
  /** The rotation that it is about. */
  readonly epoch?: number;
};

type Of = Pick<CredentialSummary, 'credentialId' | 'address'>;
const need = ({ credentialId, address }: Of, tone: Tone, what: string, detail?: string): Need => ({
  credentialId,
  address,
  tone,
  what,
  ...(detail === undefined ? {} : { detail }),
});

const approvalIn = ({ requestedBy, approvals, sentence }: RotationView): string => {
  const until = approvals?.until ?? null;
  return `${text.approvalBy(nameOf(requestedBy))} ${until === null ? sentence : text.approvalUntil(formatDay(until))}`;
};

const forceIn = ({ forceAsked, sentence }: RotationView): string =>
  forceAsked === null ? sentence : text.forceBy(nameOf(forceAsked.by), forceAsked.reason);

/** What the run tells beyond the vault's word for what it needs. */
const detailOf = (needs: Attention['needs'], run: RotationView): string => {
  if (needs === 'approval') return approvalIn(run);
  return needs === 'force-approval' ? forceIn(run) : run.sentence;
};

/** Rotations that wait for a person, by the credentials that say so. Of `runs`, as far as they are read, come the details. */
export const needsOfWaiting = (credentials: readonly CredentialSummary[], runs: readonly RotationView[]): readonly Need[] =>
  credentials.flatMap((credential) => {
    const { credentialId, attention } = credential;
    if (attention === null) return [];
    const { needs, epoch, why } = attention;
    const run = runs.find((known) => known.credentialId === credentialId && known.epoch === epoch);
    const waiting = need(credential, 'warn', text.waiting[needs], why ?? (run === undefined ? undefined : detailOf(needs, run)));
    return [{ ...waiting, ...(epoch === undefined ? {} : { epoch }) }];
  });

/** A run that failed, and its credential as it is now; null where that can't be read. */
export type Fallen = { readonly run: RotationSummary; readonly credential: CredentialView | null };

/** Of credentials of which some run failed: those whose last one did, and those of which that isn't known. */
export const needsOfFailed = (fallen: readonly Fallen[]): readonly Need[] =>
  fallen.flatMap(({ run, credential }) => {
    if (credential === null) return [{ ...need(run, 'bad', text.failedOnce, run.failure ?? undefined), epoch: run.epoch }];
    const [last] = credential.rotations;
    return last?.status === 'failed' && credential.status !== 'deleted'
      ? [need(credential, 'bad', text.failed, last.failure?.sentence)]
      : [];
  });

/** The credentials of each list. */
export type Lists = (name: 'expiring' | 'refused' | 'overdue' | 'disabled' | 'deleting' | 'aged') => readonly CredentialSummary[];

const isExpired = (expiresAt: string | null, nowMs: number): boolean => expiresAt !== null && Date.parse(expiresAt) <= nowMs;

/** Of the lists, the most pressing first. */
export const needsOfLists = (of: Lists, nowMs: number): readonly Need[] => [
  ...of('expiring').map((credential) => {
    const when = formatDay(credential.expiresAt ?? '');
    return isExpired(credential.expiresAt, nowMs)
      ? need(credential, 'bad', text.expired(when))
      : need(credential, 'warn', text.expiring(when));
  }),
  ...of('refused').map((credential) => need(credential, 'bad', text.refused(credential.refused ?? ''))),
  ...of('overdue').map((credential) =>
    need(
      credential,
      'warn',
      text.overdue,
      credential.overdueSince == null ? undefined : text.overdueSince(formatDay(credential.overdueSince)),
    ),
  ),
  ...of('deleting').map((credential) => need(credential, 'warn', text.deleting)),
  ...of('disabled').map((credential) => need(credential, 'warn', text.disabled)),
  ...of('aged').map((credential) => need(credential, 'idle', text.overAge(ageInDays(credential, nowMs)))),
];

const ORDER: readonly Tone[] = ['bad', 'warn', 'busy', 'idle', 'good'];
export const byUrgency = (needs: readonly Need[]): readonly Need[] =>
  needs.toSorted((one, other) => ORDER.indexOf(one.tone) - ORDER.indexOf(other.tone));
