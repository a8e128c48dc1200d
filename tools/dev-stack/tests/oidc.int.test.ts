import { createHash, randomBytes } from 'node:crypto';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { apiAudience, devAccountIds, devAccounts, gatewayClientId, mintAccessToken, mintDevTokens, passwordOf } from '../src/index.ts';
import { readOidcKeys } from '../src/oidc/keys.ts';
import '../src/testing/provided-context.ts';

const redirectUri = 'http://127.0.0.1:54321/auth/callback';
const issuer = (): string => inject('oidcIssuer');
const jwks = (): ReturnType<typeof createRemoteJWKSet> => createRemoteJWKSet(new URL(`${issuer()}/jwks`));
const oidcDir = (): string => inject('oidcDir');

const verifyAccess = async (token: string): ReturnType<typeof jwtVerify> =>
  jwtVerify(token, jwks(), { issuer: issuer(), audience: apiAudience, algorithms: ['RS256'], typ: 'at+jwt' });

/** As much of a browser as a sign-in needs: it keeps cookies and stops at every redirect. */
const browser = (): ((url: string, form?: Record<string, string>) => Promise<Response>) => {
  const cookies = new Map<string, string>();
  return async (url, form) => {
    const response = await fetch(new URL(url, issuer()), {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = cookie.split(';')[0]!.split(/=(.*)/su);
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    return response;
  };
};

const location = (response: Response): string => response.headers.get('location') ?? '';

const verifier = randomBytes(32).toString('base64url');

const authorizeUrl = (extra: Record<string, string> = {}): string => {
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const params = {
    client_id: gatewayClientId,
    response_type: 'code',
    scope: 'openid profile email',
    redirect_uri: redirectUri,
    state: 's1',
  };
  const query = new URLSearchParams({ ...params, code_challenge: challenge, code_challenge_method: 'S256', ...extra });
  return `/auth?${query.toString()}`;
};

const exchange = async (callback: string): Promise<{ access_token: string; id_token: string; refresh_token: string }> => {
  const code = new URL(callback).searchParams.get('code') ?? '';
  const secret = readOidcKeys(oidcDir()).gatewayClientSecret;
  const response = await fetch(`${issuer()}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${gatewayClientId}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }),
  });
  return z.object({ access_token: z.string(), id_token: z.string(), refresh_token: z.string() }).parse(await response.json());
};

describe('signing in', () => {
  it.each([
    ['its button', { account: 'operator' }],
    ['its password', { username: 'operator', password: passwordOf('operator') }],
  ])('takes a person with %s through the code flow, without a consent page', async (_by, form) => {
    const visit = browser();
    const loginUrl = location(await visit(authorizeUrl()));
    expect(await (await visit(loginUrl)).text()).toContain('<h1>Sign in to Keyturn</h1>');
    const resumed = location(await visit(loginUrl, form));
    const callback = location(await visit(resumed));
    expect(callback).toContain(`${redirectUri}?code=`);

    const tokens = await exchange(callback);
    const access = await verifyAccess(tokens.access_token);
    expect(access.payload).toMatchObject({ sub: 'operator', roles: ['operator'], tier: 'enterprise', email: 'operator@keyturn.test' });
    const id = await jwtVerify(tokens.id_token, jwks(), { issuer: issuer(), audience: gatewayClientId });
    expect(id.payload).toMatchObject({ sub: 'operator', name: 'Olga Operator', roles: ['operator'], auth_time: expect.any(Number) });
  });

  it('refuses a wrong password in words, and lets the person try again', async () => {
    const visit = browser();
    const loginUrl = location(await visit(authorizeUrl()));
    const refused = await visit(loginUrl, { username: 'admin', password: 'admin' });
    expect(refused.status).toBe(401);
    expect(await refused.text()).toContain('User name or password is wrong.');
    expect(location(await visit(loginUrl, { username: 'admin', password: 'admin-dev' }))).toContain('/auth/');
  });

  it('refuses a request without PKCE, and a way back that is not on this machine', async () => {
    const visit = browser();
    const plain = authorizeUrl().replace(/&code_challenge=[^&]+&code_challenge_method=S256/u, '');
    expect(location(await visit(plain))).toContain('error=invalid_request');
    expect((await visit(authorizeUrl({ redirect_uri: 'http://evil.test/auth/callback' }))).status).toBe(400);
  });

  it('answers a sign-in that is over with a page', async () => {
    const response = await browser()('/login/nothing-here');
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('This sign-in has expired');
  });
});

describe('minted tokens', () => {
  it('verify against the published keys, for every account', async () => {
    const tokens = await mintDevTokens({ oidcDir: oidcDir(), issuer: issuer() });
    for (const id of devAccountIds) {
      const { payload } = await verifyAccess(tokens[id]);
      expect(payload).toMatchObject({ sub: id, roles: devAccounts[id].roles, tier: devAccounts[id].tier });
      expect(payload.exp! - payload.iat!).toBe(86_400);
    }
  });

  it('look like the tokens of the provider itself', async () => {
    const token = await mintAccessToken({ oidcDir: oidcDir(), issuer: issuer(), account: 'admin', expiresInSec: 60 });
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
  });
});

it('publishes where its endpoints are', async () => {
  const discovery: unknown = await (await fetch(`${issuer()}/.well-known/openid-configuration`)).json();
  expect(discovery).toMatchObject({ issuer: issuer(), jwks_uri: `${issuer()}/jwks`, code_challenge_methods_supported: ['S256'] });
});
