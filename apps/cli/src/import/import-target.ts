import type { CredentialType, Details, Origin, PublicFields } from '@keyturn/contracts';
import type { Sensitive } from '@keyturn/kernel';

export type Fields = Sensitive<Readonly<Record<string, string>>>;

/** A credential as it is to be registered; under the same id and address always the same request. */
export type Registration = Pick<Details, 'displayName' | 'owner'> & {
  readonly credentialId: string;
  readonly address: string;
  readonly credentialType: CredentialType;
  readonly publicFields: PublicFields;
  readonly fields: Fields;
  readonly isDefault: boolean;
  readonly origin: Origin;
};

export type Known = { readonly credentialId: string; readonly address: string; readonly current: number | null; readonly status: string };

/**
 * What the vault says of a value that it is asked about: it is that version, or another one is. `gone`: the version is no longer there;
 * `not-allowed`: this version may not be compared, and nothing is known of it.
 */
export type Comparison = 'equal' | 'other' | 'gone' | 'not-allowed';

/** Keyturn, as an import needs it. Faults are thrown as `CliFailure`. */
export interface ImportTarget {
  find(credentialId: string): Promise<Known | null>;
  /** The credential at the address. */
  ownerOf(address: string): Promise<Known | null>;
  register(registration: Registration): Promise<'registered' | 'address-taken'>;
  /** Does the vault hold this value as that version? */
  holds(credentialId: string, version: number, fields: Fields): Promise<Comparison>;
  /** Is one of the scope's credentials for the service its default? */
  hasDefault(scope: string, service: string): Promise<boolean>;
}
