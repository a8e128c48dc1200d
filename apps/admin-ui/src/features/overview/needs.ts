import type { CredentialSummary, CredentialView } from '@keyturn/contracts/api';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { formatDay } from '../../shared/time/format-time.ts';
import { strings } from '../../strings.ts';
import { ageInDays, OLD_DAYS } from './age.ts';

const text = strings.overview.needs;

/** Something about a credential that waits for a person. */
export type Need = {
  readonly credentialId: string;
  readonly address: string;
  readonly tone: Tone;
  readonly what: string;
  readonly detail?: string;
};

type Of = Pick<CredentialSummary, 'credentialId' | 'address'>;
const need = ({ credentialId, address }: Of, tone: Tone, what: string, detail?: string): Need => ({
  credentialId,
  address,
  tone,
  what,
  ...(detail === undefined ? {} : { detail }),
});

/** Of one credential: how its last rotation and the last test of its value ended. */
export const needsOfView = (credential: CredentialView): readonly Need[] => {
  const [last] = credential.rotations;
  const tested = credential.versions.find(({ version }) => version === credential.current)?.tested ?? null;
  const isRefused = tested !== null && (tested.verdict === 'invalid' || tested.verdict === 'forbidden');
  return [
    ...(last?.status === 'open' && last.held ? [need(credential, 'warn', text.held, last.sentence)] : []),
    ...(last?.status === 'failed' ? [need(credential, 'bad', text.failed, last.failure?.sentence)] : []),
    ...(isRefused ? [need(credential, 'bad', text.refused(tested.sentence))] : []),
  ];
};

export type Lists = Readonly<Record<'expiring' | 'disabled' | 'deleting' | 'aged', readonly CredentialSummary[]>>;

const isExpired = (expiresAt: string | null, nowMs: number): boolean => expiresAt !== null && Date.parse(expiresAt) <= nowMs;

/** Of the lists, the most pressing first. */
export const needsOfLists = ({ expiring, disabled, deleting, aged }: Lists, nowMs: number): readonly Need[] => [
  ...expiring.map((credential) => {
    const when = formatDay(credential.expiresAt ?? '');
    return isExpired(credential.expiresAt, nowMs)
      ? need(credential, 'bad', text.expired(when))
      : need(credential, 'warn', text.expiring(when));
  }),
  ...deleting.map((credential) => need(credential, 'warn', text.deleting)),
  ...disabled.map((credential) => need(credential, 'warn', text.disabled)),
  ...aged
    .filter((credential) => ageInDays(credential, nowMs) >= OLD_DAYS)
    .map((credential) => need(credential, 'idle', text.overAge(ageInDays(credential, nowMs)))),
];

const ORDER: readonly Tone[] = ['bad', 'warn', 'busy', 'idle', 'good'];
export const byUrgency = (needs: readonly Need[]): readonly Need[] =>
  needs.toSorted((one, other) => ORDER.indexOf(one.tone) - ORDER.indexOf(other.tone));
