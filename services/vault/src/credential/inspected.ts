import type { IssuerInspection } from '@keyturn/contracts';
import type { Time } from './version.ts';

/** What was seen of the issuer, and why a later look came to nothing. */
export type Inspected = {
  readonly seen: {
    readonly lacks: IssuerInspection['lacks'];
    /** What it couldn't show. */ readonly unseen: string | null;
    readonly at: Time;
  } | null;
  readonly unable: { readonly sentence: string; readonly at: Time } | null;
};
export const neverInspected: Inspected = { seen: null, unable: null };

/** A look that came to nothing takes nothing back. */
export const inspectedBy = ({ seen }: Inspected, { lacks, unseen, unable }: IssuerInspection, at: Time): Inspected =>
  unable === undefined ? { seen: { lacks, unseen: unseen ?? null, at }, unable: null } : { seen, unable: { sentence: unable, at } };
