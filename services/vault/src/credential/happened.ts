import type { Refusal } from '@keyturn/contracts';
import type { CredentialEvent } from '@keyturn/contracts/events';
import type { Result } from '@keyturn/kernel';

/** An event that a decision made; a staged version brings its ciphertext along. */
export type CredentialFact = CredentialEvent & { readonly sealed?: Uint8Array };

/** What a decision comes to: all that follows from the command, or a refusal and nothing. */
export type Decided = Result<readonly CredentialFact[], Refusal>;

type Data<Type extends CredentialEvent['type']> = Extract<CredentialEvent, { type: Type }>['data'];
type About = 'credentialId' | 'address';

const fact = (event: { readonly type: string; readonly data: object }): CredentialFact => event as CredentialFact;

/** Makes events of one credential: `make('credential.rotated', { … })` fills in which. */
export const eventsOf =
  ({ credentialId, address }: { readonly credentialId: string; readonly address: string }) =>
  <Type extends CredentialEvent['type']>(type: Type, data: Omit<Data<Type>, About>): CredentialFact =>
    fact({ type, data: { credentialId, address, ...data } });
