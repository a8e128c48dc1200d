import * as oidc from 'openid-client';
import { ServiceUnavailable } from '../faults.ts';
import type { IdentityProvider } from './identity-provider.ts';

/** Whether the provider still stands by a token. Throws `ServiceUnavailable` where it doesn't say. */
export type TokenCheck = (token: string) => Promise<boolean>;

/** Asks by RFC 7662, so that a token dies with its session or its person, and not only at its end. */
export const introspection =
  ({ configuration }: Pick<IdentityProvider, 'configuration'>): TokenCheck =>
  async (token) => {
    const provider = await configuration();
    try {
      return (await oidc.tokenIntrospection(provider, token)).active;
    } catch (cause) {
      throw new ServiceUnavailable('identity-provider', { cause });
    }
  };
