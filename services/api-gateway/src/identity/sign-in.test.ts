import { SignJWT, UnsecuredJWT } from 'jose';
import * as oidc from 'openid-client';
import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../faults.ts';
import { signIn } from './sign-in.ts';

const ISSUER = 'https://idp.test';
const SECRET = 's'.repeat(32);
const pending = { state: 'state', nonce: 'nonce', verifier: 'v'.repeat(43), returnTo: '/' };

const tokens = async (nonce: string): Promise<Response> => {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { iss: ISSUER, aud: 'gateway', sub: 'ada', roles: ['admin'], nonce, iat: seconds, exp: seconds + 60, auth_time: seconds };
  const id_token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET));
  return Response.json({ access_token: new UnsecuredJWT({}).encode(), token_type: 'bearer', id_token, refresh_token: 'refresh-1' });
};

/** Comes back with the query to a provider whose token endpoint answers so. */
const complete = (query: string, answer: () => Promise<Response>) => {
  const metadata = { issuer: ISSUER, token_endpoint: `${ISSUER}/token` };
  const configuration = new oidc.Configuration(
    metadata,
    'gateway',
    { id_token_signed_response_alg: 'HS256' },
    oidc.ClientSecretBasic(SECRET),
  );
  configuration[oidc.customFetch] = answer;
  const provider = { configuration: async () => configuration };
  const settings = { provider, publicUrl: 'https://keyturn.test', scope: 'openid', check: 'refresh' as const };
  return signIn(settings).complete(new URL(`https://keyturn.test/auth/callback?${query}`), pending);
};

const CAME_BACK = 'code=c&state=state';
const refusal = { ok: false, refusal: 'sign-in-failed' };
const failing = (status: number, error: string) => async () => Response.json({ error }, { status });

describe('completing a sign-in', () => {
  it('takes who the ID token names', async () => {
    const signedIn = await complete(CAME_BACK, () => tokens('nonce'));
    expect(signedIn).toMatchObject({ ok: true, value: { identity: { id: 'ada', roles: ['admin'] }, refreshToken: 'refresh-1' } });
  });

  it('is refused for what the provider refuses, and for what belongs to another sign-in', async () => {
    expect(await complete('error=access_denied&state=state', () => tokens('nonce'))).toEqual(refusal);
    expect(await complete(CAME_BACK, failing(400, 'invalid_grant'))).toEqual(refusal);
    expect(await complete('code=c&state=another', () => tokens('nonce'))).toEqual(refusal);
    expect(await complete(CAME_BACK, () => tokens('another'))).toEqual(refusal);
  });

  it('is no refusal where the provider fails or takes too long: the person may try again', async () => {
    const timeout = () => Promise.reject(new DOMException('The operation timed out', 'TimeoutError'));
    for (const fault of [failing(503, 'temporarily_unavailable'), failing(401, 'invalid_client'), timeout]) {
      await expect(complete(CAME_BACK, fault)).rejects.toThrow(ServiceUnavailable);
    }
    await expect(complete(CAME_BACK, async () => new Response('gone', { status: 502 }))).rejects.toThrow(ServiceUnavailable);
    await expect(complete('error=temporarily_unavailable&state=state', () => tokens('nonce'))).rejects.toThrow(ServiceUnavailable);
  });
});
