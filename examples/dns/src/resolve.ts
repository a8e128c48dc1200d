import type { CredentialType } from '@keyturn/contracts';
import { ResolvedCredential } from '@keyturn/contracts/api';
import type { GatewayOptions } from '@keyturn/sdk';

/** Asks Keyturn which credential a service is to use; null: there is none. */
export type Resolve = (service: string, credentialType: CredentialType) => Promise<ResolvedCredential | null>;

const NONE: ReadonlySet<string> = new Set(['nothing-to-resolve']);

export const resolveAt =
  ({ gatewayUrl, token }: GatewayOptions, consumer: string): Resolve =>
  async (service, credentialType) => {
    const query = new URLSearchParams({ service, credential_type: credentialType, consumer });
    const bearer = typeof token === 'function' ? await token() : token;
    const response = await fetch(`${gatewayUrl}/api/v1/credentials/resolve?${query.toString()}`, {
      headers: { authorization: `Bearer ${bearer.reveal()}` },
      signal: AbortSignal.timeout(10_000),
    });
    if (response.ok) return ResolvedCredential.parse(await response.json());
    const { code = '' } = (await response.json()) as { code?: string };
    if (NONE.has(code)) return null;
    throw new Error(`Keyturn answered ${response.status} ${code}`);
  };
