import { slug } from '@keyturn/contracts';
import type { CredentialType } from '@keyturn/contracts';
import type { RegisterCredentialBody } from '@keyturn/contracts/api';
import { readFields, typedIn } from './form-fields.ts';
import type { Typed } from './form-fields.ts';

/** Tags as people type them: with commas or blanks between, in any case. */
const readTags = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,]+/)
      .filter((word) => word !== '')
      .map(slug),
  ),
];

/** What was typed, as the API's body; empty optional fields are left out. The caller holds the only copy and lets it go. */
export const readRegistration = (credentialType: CredentialType, form: Typed): RegisterCredentialBody => {
  const [displayName, issuer, owner] = [typedIn(form, 'displayName').trim(), typedIn(form, 'issuer'), typedIn(form, 'owner').trim()];
  const tags = readTags(typedIn(form, 'tags'));
  return {
    address: typedIn(form, 'address'),
    credentialType,
    ...readFields(credentialType, form),
    ...(issuer === '' ? {} : { issuer }),
    ...(displayName === '' ? {} : { displayName }),
    ...(owner === '' ? {} : { owner }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(typedIn(form, 'isDefault') === '' ? {} : { isDefault: true }),
  };
};
