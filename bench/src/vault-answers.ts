import { randomUUID } from 'node:crypto';
import type { VaultClient } from '@keyturn/bus';
import type { CredentialType } from '@keyturn/contracts';
import type { VaultCommandName } from '@keyturn/contracts/commands';
import { Sensitive } from '@keyturn/kernel';

const TIMEOUT_MS = 60_000;

export const PUBLIC_FIELDS = { host: '127.0.0.1', port: '5432', database: 'bench', username: 'bench' } as const;
/** No waits: what is measured is how fast things go, not how long a policy lets them take. */
export const POLICY = { preflightMs: 0, graceMs: 0, evidenceEveryMs: 1_000, soakMs: 0, deadlineMs: 3_600_000 } as const;

/** A password, or the secret fields of another type. */
type Secret = string | Readonly<Record<string, string>>;

/** A command that must be taken; answers its value. */
export const must = async (client: VaultClient, name: VaultCommandName, data: object, secret?: Secret): Promise<unknown> => {
  const fields = typeof secret === 'string' ? { password: secret } : secret;
  const made = await client.command(name, data, {
    commandId: randomUUID(),
    timeoutMs: TIMEOUT_MS,
    ...(fields && { secret: new Sensitive({ fields }) }),
  });
  if (!made.ok) throw new Error(`${name} was refused: ${JSON.stringify(made.refusal)}`);
  return made.value.value;
};

type Registering = {
  readonly address: string;
  readonly issuer: string | null;
  readonly publicFields?: Readonly<Record<string, string>>;
  readonly credentialType?: CredentialType;
  readonly secret?: Secret;
};

/** Registers a credential, a database password if not said otherwise; answers its id. */
export const register = async (
  asGateway: VaultClient,
  { address, issuer, publicFields, credentialType = 'database_password', secret }: Registering,
): Promise<string> => {
  const credentialId = randomUUID();
  const fields = { publicFields: publicFields ?? PUBLIC_FIELDS, policy: POLICY };
  // What is measured is not the test of a value that no server knows.
  const data = { credentialId, address, issuer, credentialType, ...fields, untested: 'import' };
  await must(asGateway, 'credential.register', data, secret ?? randomUUID());
  return credentialId;
};
