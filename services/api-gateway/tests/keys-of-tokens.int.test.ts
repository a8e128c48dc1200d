import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Sensitive, systemClock as clock } from '@keyturn/kernel';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ServiceUnavailable } from '../src/faults.ts';
import { bearerVerifier, type VerifyBearer } from '../src/identity/bearer.ts';
import { identityProvider } from '../src/identity/identity-provider.ts';
import { rememberedBearer, REMEMBERED_MS } from '../src/identity/remembered-bearer.ts';
import { testApp } from '../src/testing/test-app.ts';

const KEYS_KEPT_MS = 60_000;
const published = { keys: [] as JWK[], isDown: false };
/** What somebody else would have fetched from a place that their token names. */
const strangers = { keys: [] as JWK[], asked: [] as string[] };
const server = createServer((request, response) => {
  if (request.url?.startsWith('/stranger/')) {
    strangers.asked.push(request.url);
    return response.end(JSON.stringify({ keys: strangers.keys }));
  }
  const body = request.url?.endsWith('/jwks') ? { keys: published.keys } : { issuer, jwks_uri: `${issuer}/jwks` };
  return response.writeHead(published.isDown ? 503 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
let issuer = '';
let verify: VerifyBearer;
let sign: (kid: Kid, header?: object) => Promise<string>;
let app: ReturnType<typeof testApp>['app'];
type Kid = 'old' | 'next' | 'stranger';

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pairs = { old: await generateKeyPair('RS256'), next: await generateKeyPair('RS256'), stranger: await generateKeyPair('RS256') };
  const jwkOf = async (kid: Kid) => ({ ...(await exportJWK(pairs[kid].publicKey)), kid, alg: 'RS256' });
  published.keys = [await jwkOf('old'), await jwkOf('next')];
  strangers.keys = [{ ...(await jwkOf('stranger')), kid: 'next' }];
  sign = (kid, header = {}) =>
    new SignJWT({ sub: 'ada', roles: ['admin'] })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid, ...header })
      .setIssuer(issuer)
      .setAudience('keyturn-api')
      .setExpirationTime('8h')
      .sign(pairs[kid].privateKey);
  const { keys } = identityProvider({ issuer, clientId: 'gateway', clientSecret: new Sensitive('x'.repeat(32)), clock });
  verify = rememberedBearer(bearerVerifier({ issuer, audience: 'keyturn-api', consumerClaim: 'consumer', clock, keys }), clock);
  ({ app } = testApp({ verifyBearer: verify }));
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(() => {
  vi.useRealTimers();
  server.close();
});

const statusWith = async (token: string): Promise<number> =>
  (await app.request('/api/v1/admin/credentials', { headers: { authorization: `Bearer ${token}` } })).status;
const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

describe('a key that the provider withdraws', () => {
  it('opens nothing a minute and a half later, and the next one does', async () => {
    const [old, next] = [await sign('old'), await sign('next')];
    expect([await statusWith(old), await statusWith(next)]).toEqual([200, 200]);
    published.keys = published.keys.filter(({ kid }) => kid !== 'old');
    later(KEYS_KEPT_MS + REMEMBERED_MS);
    expect([await statusWith(old), await statusWith(next)]).toEqual([401, 200]);
  });

  it('is not taken for good where the provider does not say: nobody gets in', async () => {
    const next = await sign('next');
    published.isDown = true;
    later(KEYS_KEPT_MS + REMEMBERED_MS);
    await expect(verify(next)).rejects.toThrow(ServiceUnavailable);
    published.isDown = false;
    expect((await verify(next)).ok).toBe(true);
  });
});

describe('a token of a stranger that says where its key is', () => {
  it.each(['jku', 'x5u'])('is a 401 by %s, and nobody asks there', async (name) => {
    const token = await sign('stranger', { kid: 'next', [name]: `${issuer}/stranger/${name}` });
    expect(await statusWith(token)).toBe(401);
    expect(strangers.asked).toEqual([]);
  });

  it('would be found there, if somebody asked', async () => {
    const answer = await fetch(`${issuer}/stranger/jku`);
    expect(await answer.json()).toMatchObject({ keys: [{ kid: 'next' }] });
    expect(strangers.asked).toEqual(['/stranger/jku']);
  });
});
