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

const KEYS_KEPT_MS = 60_000;
const published = { keys: [] as JWK[], isDown: false };
const server = createServer((request, response) => {
  const body = request.url?.endsWith('/jwks') ? { keys: published.keys } : { issuer, jwks_uri: `${issuer}/jwks` };
  response.writeHead(published.isDown ? 503 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
let issuer = '';
let verify: VerifyBearer;
let sign: (kid: string) => Promise<string>;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pairs = { old: await generateKeyPair('RS256'), next: await generateKeyPair('RS256') };
  const jwkOf = async (kid: 'old' | 'next') => ({ ...(await exportJWK(pairs[kid].publicKey)), kid, alg: 'RS256' });
  published.keys = [await jwkOf('old'), await jwkOf('next')];
  sign = (kid) =>
    new SignJWT({ sub: 'ada', roles: ['admin'] })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid })
      .setIssuer(issuer)
      .setAudience('keyturn-api')
      .setExpirationTime('8h')
      .sign(pairs[kid as 'old' | 'next'].privateKey);
  const { keys } = identityProvider({ issuer, clientId: 'gateway', clientSecret: new Sensitive('x'.repeat(32)), clock });
  verify = rememberedBearer(bearerVerifier({ issuer, audience: 'keyturn-api', consumerClaim: 'consumer', clock, keys }), clock);
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterAll(() => {
  vi.useRealTimers();
  server.close();
});

const later = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

describe('a key that the provider withdraws', () => {
  it('opens nothing a minute and a half later, and the next one does', async () => {
    const [old, next] = [await sign('old'), await sign('next')];
    expect([(await verify(old)).ok, (await verify(next)).ok]).toEqual([true, true]);
    published.keys = published.keys.filter(({ kid }) => kid !== 'old');
    later(KEYS_KEPT_MS + REMEMBERED_MS);
    expect([(await verify(old)).ok, (await verify(next)).ok]).toEqual([false, true]);
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
