import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { z } from 'zod';
import { ask, type Finding, type ProviderHttp, type ProviderReply, readJson, unexpected, urlOf } from '../http/index.ts';
import type { OAuthFields } from './fields.ts';

type Method = 'client_secret_basic' | 'client_secret_post';
type Endpoint = { readonly url: string; readonly methods: readonly Method[] };

const Discovery = z.object({
  issuer: z.string(),
  token_endpoint: z.url(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
});
const Token = z.object({ access_token: z.string(), token_type: z.string() });
const Refused = z.object({ error: z.string() });

export const NAME = 'The token endpoint';
const METHODS: readonly Method[] = ['client_secret_basic', 'client_secret_post'];
const withoutSlash = (url: string): string => url.replace(/\/+$/u, '');

/** The token endpoint: the field, or what the issuer's discovery document says of the issuer itself. */
const endpointOf = async (http: ProviderHttp, { issuerUrl = '', tokenUrl }: OAuthFields): Promise<Result<Endpoint, Finding>> => {
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

const askForToken = (http: ProviderHttp, url: string, method: Method, { clientId, clientSecret, scope }: OAuthFields) => {
  const inBody = method === 'client_secret_post' ? { client_id: clientId, client_secret: clientSecret } : {};
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }), ...inBody }).toString();
  const authorization = method === 'client_secret_basic' ? { authorization: basic(clientId, clientSecret) } : {};
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', ...authorization };
  return ask(http, NAME, { url, method: 'POST', headers, body });
};

const refusalOf = (reply: ProviderReply, { clientId }: OAuthFields): Finding => {
  if (reply.status === 200) return unexpected(NAME, 200);
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

const NO_WAY: Finding = {
  verdict: 'forbidden',
  sentence: `${NAME} takes no client secrets, neither in a header nor in the body: such a client has none.`,
};

/** Gets a token by the client credentials grant, or says what came of it instead. */
export const getToken = async (http: ProviderHttp, fields: OAuthFields): Promise<Result<Sensitive<string>, Finding>> => {
  const endpoint = await endpointOf(http, fields);
  if (!endpoint.ok) return endpoint;
  let finding = NO_WAY;
  // Which way the client may show its secret, only the server knows: the other one is tried where the first is refused.
  for (const method of endpoint.value.methods) {
    const asked = await askForToken(http, endpoint.value.url, method, fields);
    if (!asked.ok) return asked;
    const token = asked.value.status === 200 ? readJson(Token, asked.value) : null;
    if (token) return ok(new Sensitive(token.access_token));
    finding = refusalOf(asked.value, fields);
    if (finding.verdict !== 'invalid') break;
  }
  return refuse(finding);
};
