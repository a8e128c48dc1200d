import type { Address } from '@keyturn/contracts';
import type { Fetched, FetchedSecret } from '@keyturn/contracts/subscriber';
import { Sensitive } from '@keyturn/kernel';

/** All fields of one version, public and secret together. */
export type Fields = Readonly<Record<string, string>>;

/** One version as this instance holds it: immutable, so user and password can't come from two of them. */
export type HeldVersion = {
  readonly credentialId: string;
  readonly address: Address;
  readonly version: number;
  readonly generation: number;
  readonly nonce: string;
  readonly fields: Sensitive<Fields>;
  readonly ackKey: Sensitive<string>;
};

/** Joins the two halves of a fetch's answer. Where a field is in both, the sealed one wins: nobody on the way can have changed it. */
export const heldVersion = (fetched: Fetched, secret: FetchedSecret): HeldVersion => ({
  credentialId: fetched.credentialId,
  address: fetched.address,
  version: fetched.version,
  generation: fetched.generation,
  nonce: fetched.nonce,
  fields: new Sensitive({ ...fetched.publicFields, ...secret.fields }),
  ackKey: new Sensitive(secret.ackKey),
});
