import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import { ask, type Finding, httpAdapter, type ProviderHttp, type ProviderReply, readJson, unexpected, urlOf } from '../http/index.ts';
import type { ProviderAdapter } from '../provider-adapter.ts';

const Fields = z
  .object({
    clientId: z.string(),
    clientSecret: z.string(),
    issuerUrl: z.string().optional(),
    tokenUrl: z.string().optional(),
    scope: z.string().optional(),
  })
  .refine(({ issuerUrl, tokenUrl }) => issuerUrl !== undefined || tokenUrl !== undefined, { path: ['issuerUrl'] });
type Fields = z.infer<typeof Fields>;

type Method = 'client_secret_basic' | 'client_secret_post';
type Endpoint = { readonly url: string; readonly methods: readonly Method[] };

const Discovery = z.object({
  issuer: z.string(),
  token_endpoint: z.url(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});
const Token = z.object({ access_token: z.string(), token_type: z.string() });
const Refused = z.object({ error: z.string() });

const NAME = 'The token endpoint';
const METHODS: readonly Method[] = ['client_secret_basic', 'client_secret_post'];
const withoutSlash = (url: string): string => url.replace(/\/+$/u, '');

/** The token endpoint: the field, or what the issuer's discovery document says of the issuer itself. */
const endpointOf = async (http: ProviderHttp, { issuerUrl = '', tokenUrl }: Fields): Promise<Result<Endpoint, Finding>> => {
  if (tokenUrl !== undefined) return ok({ url: tokenUrl, methods: METHODS });
  const asked = await ask(http, 'The issuer', { url: urlOf(issuerUrl, '/.well-known/openid-configuration') });
  if (!asked.ok) return asked;
  const found = asked.value.status === 200 ? readJson(Discovery, asked.value) : null;
  if (!found || withoutSlash(found.issuer) !== withoutSlash(issuerUrl))
    return refuse({
      verdict: 'unreachable',
      sentence: `The issuer URL has no discovery document of that issuer (${asked.value.status}): check it, or give the token URL.`,
    });
  const supported = found.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return ok({ url: found.token_endpoint, methods: METHODS.filter((method) => supported.includes(method)) });
};

const formEncoded = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2);

/** RFC 6749, 2.3.1: both halves are form-encoded before they are joined. */
const basic = (clientId: string, secret: string): string =>
  `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(secret)}`).toString('base64')}`;

const askForToken = (http: ProviderHttp, url: string, method: Method, { clientId, clientSecret, scope }: Fields) => {
  const inBody = method === 'client_secret_post' ? { client_id: clientId, client_secret: clientSecret } : {};
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }), ...inBody }).toString();
  const authorization = method === 'client_secret_basic' ? { authorization: basic(clientId, clientSecret) } : {};
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', ...authorization };
  return ask(http, NAME, { url, method: 'POST', headers, body });
};

const findingOf = (reply: ProviderReply, { clientId }: Fields): Finding => {
  if (reply.status === 200)
    return readJson(Token, reply)
      ? { verdict: 'valid', sentence: `${NAME} gives ${clientId} a token for its secret.`, can: ['get tokens of its own'] }
      : unexpected(NAME, 200);
  const refused = readJson(Refused, reply)?.error;
  // Keycloak says unauthorized_client with 401 for a wrong secret.
  if (refused === 'invalid_client' || (reply.status === 401 && refused !== undefined))
    return {
      verdict: 'invalid',
      sentence: `${NAME} refuses ${clientId} with this secret: one of both is wrong, or the secret was rotated.`,
    };
  if (refused === 'unauthorized_client' || refused === 'unsupported_grant_type')
    return {
      verdict: 'forbidden',
      sentence: `${NAME} knows ${clientId}, which may not get tokens of its own: allow it the client credentials grant.`,
    };
  if (refused === 'invalid_request')
    return {
      verdict: 'forbidden',
      sentence: `${NAME} refuses what ${clientId} asks for: allow it the client credentials grant, and see whether a scope is needed.`,
    };
  if (refused === 'invalid_scope')
    return { verdict: 'forbidden', sentence: `${NAME} knows ${clientId}, which may not ask for this scope.` };
  if (refused === 'access_denied') return { verdict: 'forbidden', sentence: `${NAME} denies ${clientId} a token: check what it may do.` };
  return unexpected(NAME, reply.status);
};

/** The secret of an OAuth client: gets one token by the client credentials grant, and forgets it. */
export const oauthAdapter = (http: ProviderHttp): ProviderAdapter =>
  httpAdapter({
    schema: Fields,
    test: async (fields) => {
      const endpoint = await endpointOf(http, fields);
      if (!endpoint.ok) return endpoint.refusal;
      let finding: Finding = {
        verdict: 'forbidden',
        sentence: `${NAME} takes no client secrets, neither in a header nor in the body: such a client has none.`,
      };
      // Which way the client may show its secret, only the server knows: the other one is tried where the first is refused.
      for (const method of endpoint.value.methods) {
        const asked = await askForToken(http, endpoint.value.url, method, fields);
        if (!asked.ok) return asked.refusal;
        finding = findingOf(asked.value, fields);
        if (finding.verdict !== 'invalid') return finding;
      }
      return finding;
    },
  });
