import type { CredentialType } from '@keyturn/contracts';
import type { RegisterCredentialBody } from '@keyturn/contracts/api';
import type { FormField } from './form-fields.ts';

/** What was typed, as the API's body; empty optional fields are left out. The caller holds the only copy and lets it go. */
export const readRegistration = (credentialType: CredentialType, fields: readonly FormField[], form: FormData): RegisterCredentialBody => {
  const valueOf = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  const filled = (wanted: readonly FormField[]): Record<string, string> =>
    Object.fromEntries(wanted.map(({ name }): [string, string] => [name, valueOf(name)]).filter(([, value]) => value !== ''));
  const displayName = valueOf('displayName').trim();
  const issuer = valueOf('issuer');
  return {
    address: valueOf('address'),
    credentialType,
    publicFields: filled(fields.filter(({ kind }) => kind !== 'secret')),
    secretFields: filled(fields.filter(({ kind }) => kind === 'secret')),
    ...(issuer === '' ? {} : { issuer }),
    ...(displayName === '' ? {} : { displayName }),
  };
};
