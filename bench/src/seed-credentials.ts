import { randomBytes, randomUUID } from 'node:crypto';
import type { VaultClient } from '@keyturn/bus';
import { Sensitive } from '@keyturn/kernel';
import { inFlight } from './commands/in-flight.ts';

const TIMEOUT_MS = 60_000;
const letters = (count: number): string => randomBytes(count).toString('hex').slice(0, count);

type Kind = { readonly service: string; readonly credentialType: string; fields(): Readonly<Record<string, string>> };
/** As many kinds as a company has, so that filters have something to leave out. */
const KINDS: readonly Kind[] = [
  { service: 'cloudflare', credentialType: 'cloudflare_api_token', fields: () => ({ token: letters(40) }) },
  { service: 'namecheap', credentialType: 'namecheap_api_key', fields: () => ({ apiKey: letters(32) }) },
  { service: 'stripe', credentialType: 'stripe_secret_key', fields: () => ({ secretKey: `sk_test_${letters(24)}` }) },
  { service: 'keycloak', credentialType: 'oauth_client_secret', fields: () => ({ clientSecret: letters(32) }) },
  { service: 'misc', credentialType: 'generic', fields: () => ({ value: letters(40) }) },
];
const KIND: Kind = { service: 'postgres', credentialType: 'database_password', fields: () => ({ password: letters(24) }) };

/** The address of a seeded credential. */
export const seededName = (index: number): string => `seeded-${String(index).padStart(6, '0')}`;

const registrationOf = (index: number) => {
  const kind = KINDS[index % (KINDS.length + 1)] ?? KIND;
  const data = {
    credentialId: randomUUID(),
    address: `system.${kind.service}.${seededName(index)}`,
    credentialType: kind.credentialType,
    publicFields: {},
    untested: 'import',
    displayName: `Seeded credential ${index}`,
    tags: [`team-${index % 50}`],
    labels: { environment: index % 3 === 0 ? 'staging' : 'production' },
    ...(index % 3 === 0 ? {} : { owner: `owner-${index % 500}` }),
    ...(index % 4 === 0 ? { expiresAt: new Date(Date.UTC(2027, 0, 1) + index * 60_000).toISOString() } : {}),
  };
  return { data, secret: new Sensitive({ fields: kind.fields() }) };
};

type Seeding = { readonly from?: number; readonly count: number; readonly width?: number; readonly onProgress?: (done: number) => void };

/** Registers credentials through the vault and its log, as many at once as one group commit takes; answers their ids. */
export const seedCredentials = async (asGateway: VaultClient, { from = 0, count, width = 256, onProgress }: Seeding): Promise<string[]> => {
  const ids: string[] = [];
  await inFlight(width, count, async (index) => {
    const { data, secret } = registrationOf(from + index);
    const made = await asGateway.command('credential.register', data, { commandId: randomUUID(), timeoutMs: TIMEOUT_MS, secret });
    if (!made.ok) throw new Error(`${data.address} was refused: ${JSON.stringify(made.refusal)}`);
    ids.push(data.credentialId);
    if (ids.length % 10_000 === 0) onProgress?.(ids.length);
  });
  return ids;
};
