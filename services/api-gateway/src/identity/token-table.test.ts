import { createHmac } from 'node:crypto';
import { SignJWT, createLocalJWKSet, exportJWK, exportSPKI, generateKeyPair, importJWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { NOW, testApp, testClock } from '../testing/test-app.ts';
import { bearerVerifier } from './bearer.ts';

// Every way in which a token may be bad (RFC 8725), each alone: all else about it is as in the good one. Rows with a provider that
// publishes and withdraws keys, or that a token names, are in tests/keys-of-tokens.int.test.ts; those with a socket in tests/serve.int.test.ts.

const ISSUER = 'https://idp.test';
const AUDIENCE = 'keyturn-api';
const seconds = (fromNow: number): number => NOW / 1000 + fromNow;
const HEADER = { alg: 'RS256', typ: 'at+jwt', kid: 'one' };
const CLAIMS = { iss: ISSUER, aud: AUDIENCE, sub: 'ada', iat: seconds(0), exp: seconds(600), roles: ['admin'] };
const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let ours: Keys;
let stranger: Keys;
let app: ReturnType<typeof testApp>['app'];
beforeAll(async () => {
  const make = () => generateKeyPair('RS256', { extractable: true });
  [ours, stranger] = await Promise.all([make(), make()]);
  const jwk = await exportJWK(ours.publicKey);
  // The second one names no algorithm: the token's own word must not choose it.
  const keys = createLocalJWKSet({
    keys: [
      { ...jwk, kid: 'one', alg: 'RS256', use: 'sig' },
      { ...jwk, kid: 'any' },
    ],
  });
  const verifyBearer = bearerVerifier({ issuer: ISSUER, audience: AUDIENCE, consumerClaim: 'consumer', clock: testClock(), keys });
  app = testApp({ verifyBearer }).app;
});

const sign = (claims: object = {}, header: object = {}, keys = ours): Promise<string> =>
  new SignJWT({ ...CLAIMS, ...claims }).setProtectedHeader({ ...HEADER, ...header }).sign(keys.privateKey);
/** Signs a text as it stands. */
const signText = async (header: string, claims: string): Promise<string> => {
  const signed = `${encode(header)}.${encode(claims)}`;
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', ours.privateKey, Buffer.from(signed));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
};
const hmac = async (header: object): Promise<string> => {
  const signed = `${encode({ ...HEADER, ...header })}.${encode(CLAIMS)}`;
  const mac = createHmac('sha256', await exportSPKI(ours.publicKey)).update(signed);
  return `${signed}.${mac.digest('base64url')}`;
};

const BAD: Readonly<Record<string, () => Promise<string> | string>> = {
  'has no algorithm': () => `${encode({ ...HEADER, alg: 'none' })}.${encode(CLAIMS)}.`,
  'has no algorithm, and a signature': async () => [encode({ ...HEADER, alg: 'none' }), ...(await sign()).split('.').slice(1)].join('.'),
  'is an HMAC with the public key as its secret': () => hmac({ alg: 'HS256' }),
  'is such an HMAC under a key that names no algorithm': () => hmac({ alg: 'HS256', kid: 'any' }),
  'is of an algorithm that is not ours': async () => {
    const key = await importJWK(await exportJWK(ours.privateKey), 'RS512');
    return await new SignJWT(CLAIMS).setProtectedHeader({ ...HEADER, alg: 'RS512', kid: 'any' }).sign(key);
  },
  'names an unknown key': () => sign({}, { kid: 'two' }),
  'names a key by a path': () => sign({}, { kid: '../../../../dev/null' }),
  'names a key by SQL': () => sign({}, { kid: "one' OR '1'='1" }),
  'is signed by a stranger under our name': () => sign({}, {}, stranger),
  'brings its own key': async () => sign({}, { kid: undefined, jwk: await exportJWK(stranger.publicKey) }, stranger),
  'is an ID token': () => sign({ nonce: 'n' }, { typ: 'JWT' }),
  'says no type': () => sign({}, { typ: undefined }),
  'is a logout token': () => sign({}, { typ: 'logout+jwt' }),
  'is of another issuer': () => sign({ iss: 'https://evil.test' }),
  'is of an issuer that begins like ours': () => sign({ iss: `${ISSUER}.evil.test` }),
  'is of no issuer': () => sign({ iss: undefined }),
  'is for another audience': () => sign({ aud: 'other-api' }),
  'is for no audience': () => sign({ aud: undefined }),
  'never ends': () => sign({ exp: undefined }),
  'ended, and the clocks’ half minute too': () => sign({ exp: seconds(-31) }),
  'ends at a time that is no number': () => sign({ exp: 'never' as unknown as number }),
  'begins later': () => sign({ nbf: seconds(60) }),
  'is of nobody': () => sign({ sub: undefined }),
  'says who it is twice': () => signText(JSON.stringify(HEADER), `${JSON.stringify(CLAIMS).slice(0, -1)},"sub":"root"}`),
  'says who it is twice, once in disguise': () =>
    signText(JSON.stringify(HEADER), `{"s\\u0075b":"root",${JSON.stringify(CLAIMS).slice(1)}`),
  'says its algorithm twice': () => signText(`{"alg":"none",${JSON.stringify(HEADER).slice(1)}`, JSON.stringify(CLAIMS)),
  'has a critical extension': () => signText(JSON.stringify({ ...HEADER, crit: ['x'], x: 1 }), JSON.stringify(CLAIMS)),
  'is a megabyte long': async () => `${(await sign()).slice(0, -1)}${'A'.repeat(1_000_000)}`,
  'holds a megabyte of claims': () => sign({ padding: 'x'.repeat(1_000_000) }),
  'was changed': async () => {
    const [header, , signature] = (await sign()).split('.');
    return `${header}.${encode({ ...CLAIMS, sub: 'root' })}.${signature}`;
  },
  'lost its signature': async () => `${(await sign()).split('.').slice(0, 2).join('.')}.`,
  'has one part too many': async () => `${await sign()}.x`,
  'is encrypted': async () => `${encode({ alg: 'dir', enc: 'A256GCM' })}..${encode('iv')}.${encode('text')}.${encode('tag')}`,
  'is no token': () => 'admin',
};

const askWith = (token: string): Response | Promise<Response> =>
  app.request('/api/v1/admin/credentials', { headers: { authorization: `Bearer ${token}` } });

describe('a bearer token', () => {
  it.each(Object.keys(BAD))('that %s is a 401', async (name) => {
    const token = await BAD[name]!();
    const refused = await askWith(token);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="keyturn", error="invalid_token"');
    const body = await refused.text();
    expect(JSON.parse(body)).toMatchObject({ code: 'token-invalid' });
    expect(body).not.toContain(token.slice(0, 40));
  });

  it('that is like them but for the flaw is taken', async () => {
    const taken = [await sign(), await sign({}, { kid: 'any' }), await signText(JSON.stringify(HEADER), JSON.stringify(CLAIMS))];
    for (const token of taken) expect((await askWith(token)).status).toBe(200);
  });

  it('in the address gets nobody in', async () => {
    const refused = await app.request(`/api/v1/admin/credentials?access_token=${await sign()}`);
    expect([refused.status, await refused.json()]).toEqual([401, expect.objectContaining({ code: 'unauthenticated' })]);
  });
});
