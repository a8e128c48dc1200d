import { httpAdapter, type ProviderHttp } from '../http/index.ts';
import type { ProviderAdapter } from '../provider-adapter.ts';
import { OAuthFields } from './fields.ts';
import { getToken, NAME } from './token-endpoint.ts';

export { OAuthFields } from './fields.ts';
export { getToken } from './token-endpoint.ts';

/** The secret of an OAuth client: gets one token by the client credentials grant, and forgets it. */
export const oauthAdapter = (http: ProviderHttp): ProviderAdapter =>
  httpAdapter({
    schema: OAuthFields,
    test: async (fields) => {
      const token = await getToken(http, fields);
      if (!token.ok) return token.refusal;
      return { verdict: 'valid', sentence: `${NAME} gives ${fields.clientId} a token for its secret.`, can: ['get tokens of its own'] };
    },
  });
