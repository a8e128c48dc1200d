import type { CredentialSummary } from '@keyturn/contracts/api';

const DAY_MS = 86_400_000;
export const GROWN_DAYS = 30;
export const OLD_DAYS = 90;

type Aged = Pick<CredentialSummary, 'lastRotatedAt' | 'registeredAt'>;

/** How many days the present value is old: since its rotation, or since it was registered. */
export const ageInDays = ({ lastRotatedAt, registeredAt }: Aged, nowMs: number): number =>
  Math.max(0, Math.floor((nowMs - Date.parse(lastRotatedAt ?? registeredAt)) / DAY_MS));

export type AgesOfKind = { readonly kind: string; readonly fresh: number; readonly grown: number; readonly old: number };

/** How many credentials of each kind are how old, the kind with most of them first. */
export const agesByKind = <Kinded extends Aged>(
  credentials: readonly Kinded[],
  kindOf: (credential: Kinded) => string,
  nowMs: number,
): readonly AgesOfKind[] => {
  const kinds = new Map<string, AgesOfKind>();
  for (const credential of credentials) {
    const kind = kindOf(credential);
    const known = kinds.get(kind) ?? { kind, fresh: 0, grown: 0, old: 0 };
    const days = ageInDays(credential, nowMs);
    const bucket = days >= OLD_DAYS ? 'old' : days >= GROWN_DAYS ? 'grown' : 'fresh';
    kinds.set(kind, { ...known, [bucket]: known[bucket] + 1 });
  }
  const sizeOf = ({ fresh, grown, old }: AgesOfKind): number => fresh + grown + old;
  return [...kinds.values()].toSorted((one, other) => sizeOf(other) - sizeOf(one) || one.kind.localeCompare(other.kind));
};
