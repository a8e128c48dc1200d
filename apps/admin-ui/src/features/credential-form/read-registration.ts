import type { CredentialType } from '@keyturn/contracts';
import type { RegisterCredentialBody } from '@keyturn/contracts/api';
import { readFields } from './form-fields.ts';
import { newDetails } from './read-details.ts';
import type { Typed } from './typed.ts';
import { typedIn } from './typed.ts';

/** What was typed, as the API's body but for what is sealed; empty optional fields are left out. */
export const readRegistration = (
  credentialType: CredentialType,
  form: Typed,
): Omit<RegisterCredentialBody, 'secretFields' | 'sealed' | 'credentialId' | 'issuer'> => ({
  address: typedIn(form, 'address').trim(),
  credentialType,
  publicFields: readFields(credentialType, form).publicFields,
  ...newDetails(form),
});
