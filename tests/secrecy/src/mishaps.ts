import { RegisteredCredential } from '@keyturn/contracts/api';
import { followRotation, ORDERS_ADDRESS, type Stack } from '@keyturn/dev-stack';
import type { Api } from './api.ts';
import { canary, type Controls } from './controls.ts';
import type { Secret } from './scan/scan.ts';

const CREDENTIALS = '/api/v1/admin/credentials';
const FAIL_TIMEOUT_MS = 120_000;

const bodyOf = (address: string, password: unknown) => ({
  address,
  credentialType: 'database_password',
  publicFields: { host: '127.0.0.1', port: '1', database: 'orders', username: 'orders' },
  secretFields: { password },
  untested: 'import',
});

/** Sends a secret in requests that are refused: it must not come back, nor be logged. */
export const sendRefused = async (api: Api): Promise<Secret> => {
  const secret = { label: 'the password of refused requests', plaintext: canary() };
  const body = bodyOf('system.postgres.refused', secret.plaintext);
  const whole = JSON.stringify(body);
  const refused = [
    whole.slice(0, -3),
    `${whole},`,
    whole.replace('"secretFields"', '"secretfields"'),
    JSON.stringify({ ...body, secretFields: { password: [secret.plaintext] } }),
    JSON.stringify({
      ...body,
      secretFields: { password: secret.plaintext, [`${secret.plaintext} as a name`]: 'x' },
      extra: secret.plaintext,
    }),
    JSON.stringify({ ...body, secretFields: { pass: secret.plaintext } }),
    JSON.stringify({ ...body, credentialType: 'nothing-known' }),
    JSON.stringify({ ...body, address: ORDERS_ADDRESS }),
    JSON.stringify({ ...body, padding: 'x'.repeat(300_000) }),
    JSON.stringify(secret.plaintext),
  ];
  for (const [index, sent] of refused.entries()) {
    const { status } = await api.post(CREDENTIALS, sent);
    if (status < 400) throw new Error(`request ${index} was to be refused, and was answered ${status}`);
  }
  return secret;
};

/** Registers a credential whose issuer can't log in, and has its rotation fail at the provider. */
export const failRotation = async (stack: Stack, api: Api, controls: Controls): Promise<readonly Secret[]> => {
  const secrets = [
    { label: 'the wrong password of an issuer', plaintext: canary() },
    { label: 'the password of a rotation that failed', plaintext: canary() },
  ] as const;
  const displayName = controls.plant(
    'the display name of a credential',
    'the wiretap of NATS',
    'the NATS store',
    'the dump of the vault’s database',
    'the dump of the audit database',
    'what the API answered',
    'what the browser was answered',
  );
  const publicFields = {
    host: '127.0.0.1',
    port: String(stack.servers.postgres.port),
    database: 'orders',
    username: stack.databases.orders.issuer.username,
  };
  const register = async (body: object): Promise<string> => {
    const { json } = await api.post(CREDENTIALS, JSON.stringify(body));
    return RegisteredCredential.parse(json).credentialId;
  };
  const issuer = await register({ ...bodyOf('system.postgres.doomed-issuer', secrets[0].plaintext), publicFields });
  const doomed = { ...bodyOf('system.postgres.doomed', secrets[1].plaintext), displayName, issuer };
  const credentialId = await register({ ...doomed, publicFields: { ...publicFields, username: 'doomed' } });
  const { epoch } = await stack.api.rotate(credentialId);
  const { status } = await followRotation(stack.api, { credentialId, epoch }, { timeoutMs: FAIL_TIMEOUT_MS });
  if (status !== 'failed') throw new Error(`a rotation by an issuer that can't log in ended as ${status}`);
  return secrets;
};
