import type { CredentialType } from '@keyturn/contracts';
import type { CredentialSummary, Stats } from '@keyturn/contracts/api';

const DAY_MS = 86_400_000;
export const OLD_DAYS = 90;

/** How many days the present value is old: since its rotation, or since it was registered. */
export const ageInDays = (
  { lastRotatedAt, registeredAt }: Pick<CredentialSummary, 'lastRotatedAt' | 'registeredAt'>,
  nowMs: number,
): number => Math.max(0, Math.floor((nowMs - Date.parse(lastRotatedAt ?? registeredAt)) / DAY_MS));

export type AgesOfKind = {
  readonly kind: string;
  readonly fresh: number;
  readonly grown: number;
  readonly old: number;
  /** There are more than were counted. */
  readonly atLeast: boolean;
};

/** How many credentials of each type are how old, the type with most of them first. */
export const agesByKind = (ages: Stats['credentials']['ages'], nameOf: (type: CredentialType) => string): readonly AgesOfKind[] =>
  ages
    .toSorted((one, other) => other.all.count - one.all.count || one.credentialType.localeCompare(other.credentialType))
    .map(({ credentialType, all, over30Days, over90Days }) => ({
      kind: nameOf(credentialType),
      fresh: all.count - over30Days.count,
      grown: over30Days.count - over90Days.count,
      old: over90Days.count,
      atLeast: all.atLeast,
    }));
