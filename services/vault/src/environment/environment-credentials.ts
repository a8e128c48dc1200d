import type { CredentialType, PublicFields } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { type CheckedFields, checkFields } from '../commands/fields.ts';

/** A credential out of the process's own variables, for bootstrap: it answers only where nothing stored does. */
export type EnvironmentValue = CheckedFields & {
  readonly service: string;
  readonly credentialType: CredentialType;
  /** `system.<service>.environment`: what grants and records call it. */
  readonly address: string;
  /** The names of the variables that are set. */
  readonly variables: readonly string[];
};

type Variables = Readonly<Record<string, string | undefined>>;
type Place = { readonly field: string; readonly variable: string };
type Offer = {
  readonly service: string;
  readonly credentialType: CredentialType;
  readonly secret: Place;
  readonly publicFields: readonly Place[];
};

const OFFERS: readonly Offer[] = [
  {
    service: 'cloudflare',
    credentialType: 'cloudflare_api_token',
    secret: { field: 'token', variable: 'CLOUDFLARE_API_TOKEN' },
    publicFields: [
      { field: 'accountId', variable: 'CLOUDFLARE_ACCOUNT_ID' },
      { field: 'apiBaseUrl', variable: 'CLOUDFLARE_API_BASE_URL' },
    ],
  },
  {
    service: 'namecheap',
    credentialType: 'namecheap_api_key',
    secret: { field: 'apiKey', variable: 'NAMECHEAP_API_KEY' },
    publicFields: [
      { field: 'apiUser', variable: 'NAMECHEAP_API_USERNAME' },
      { field: 'userName', variable: 'NAMECHEAP_USERNAME' },
      { field: 'clientIp', variable: 'NAMECHEAP_CLIENT_IP' },
      { field: 'sandbox', variable: 'NAMECHEAP_SANDBOX' },
    ],
  },
];

const isSet = (variables: Variables, name: string): boolean => (variables[name] ?? '').trim() !== '';

const valueOf = (variables: Variables, name: string): string => (variables[name] ?? '').trim();

const read = (variables: Variables, { service, credentialType, secret, publicFields }: Offer): EnvironmentValue => {
  const present = publicFields.filter(({ variable }) => isSet(variables, variable));
  const given: PublicFields = Object.fromEntries(present.map(({ field, variable }) => [field, valueOf(variables, variable)]));
  const names = [secret.variable, ...present.map(({ variable }) => variable)];
  const fields = new Sensitive({ fields: { [secret.field]: valueOf(variables, secret.variable) } });
  const checked = checkFields(credentialType, given, fields);
  if (!checked.ok) {
    const why = checked.refusal.code === 'fields-invalid' ? checked.refusal.issues.join('; ') : checked.refusal.code;
    throw new Error(`the variables ${names.join(', ')} make no ${credentialType}: ${why}`);
  }
  return { service, credentialType, address: `system.${service}.environment`, variables: names, ...checked.value };
};

/** The credentials that the documented variables hold. One that doesn't fit its type stops the start; its value is never printed. */
export const environmentCredentials = (variables: Variables): readonly EnvironmentValue[] =>
  OFFERS.filter(({ secret }) => isSet(variables, secret.variable)).map((offer) => read(variables, offer));
