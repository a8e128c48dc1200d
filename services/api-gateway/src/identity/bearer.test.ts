import { createHmac } from 'node:crypto';
import { SignJWT, UnsecuredJWT, createLocalJWKSet, exportJWK, exportSPKI, generateKeyPair } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../faults.ts';
import { type VerifyBearer, bearerVerifier } from './bearer.ts';

const ISSUER = 'https://idp.test';
const NOW = Date.parse('2026-01-02T03:04:05Z');
const clock = { now: () => new Date(NOW) };
const seconds = (fromNow: number): number => NOW / 1000 + fromNow;

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let rsa: Keys;
let stranger: Keys;
let verify: VerifyBearer;
beforeAll(async () => {
  [rsa, stranger] = await Promise.all([generateKeyPair('RS256', { extractable: true }), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(rsa.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  verify = bearerVerifier({
    issuer: ISSUER,
    audience: 'keyturn-api',
    consumerClaim: 'consumer',
    clock,
    keys: createLocalJWKSet({ keys: [jwk] }),
  });
});

const CLAIMS = { iss: ISSUER, aud: 'keyturn-api', sub: 'ada', exp: seconds(600), roles: ['admin', 'wheel', 7], tier: 'free', name: 'Ada' };
const HEADER = { alg: 'RS256', typ: 'at+jwt', kid: 'one' };
const sign = (claims: object = {}, header: object = {}, key = rsa.privateKey): Promise<string> =>
  new SignJWT({ ...CLAIMS, ...claims }).setProtectedHeader({ ...HEADER, ...header }).sign(key);
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a bearer token', () => {
  it('names its caller', async () => {
    expect(await verify(await sign())).toEqual({
      ok: true,
      value: {
        id: 'ada',
        name: 'Ada',
        kind: 'person',
        issuer: ISSUER,
        roles: ['admin'],
        tier: 'free',
        via: 'bearer',
        expiresAt: CLAIMS.exp * 1000,
      },
    });
  });

  it("is a program's where its subject is its client", async () => {
    expect(await verify(await sign({ sub: 'ci', client_id: 'ci' }))).toMatchObject({ value: { kind: 'program', id: 'ci' } });
  });

  it('needs no roles', async () => {
    expect(await verify(await sign({ roles: undefined, consumer: 'orders' }))).toMatchObject({ value: { roles: [], consumer: 'orders' } });
  });

  it('speaks for the consumer that its claim names, if that is a name', async () => {
    expect(await verify(await sign({ consumer: 'orders' }))).toMatchObject({ value: { consumer: 'orders' } });
    for (const consumer of ['*', 'orders.*', '', ['orders'], 7, undefined]) {
      const verified = await verify(await sign({ consumer }));
      expect(verified.ok && verified.value.consumer).toBe(undefined);
    }
  });

  it('may be half a minute late, for clocks differ', async () => {
    expect((await verify(await sign({ exp: seconds(-29) }))).ok).toBe(true);
    expect((await verify(await sign({ exp: seconds(-31) }))).ok).toBe(false);
  });

  it.each([
    ['of another issuer', { iss: 'https://evil.test' }, {}],
    ['for another audience', { aud: 'other-api' }, {}],
    ['that is not valid yet', { nbf: seconds(60) }, {}],
    ['without an expiry', { exp: undefined }, {}],
    ['without a subject', { sub: undefined }, {}],
    ['with an empty subject', { sub: '' }, {}],
    ['that is an ID token', {}, { typ: 'JWT' }],
    ['without a type', {}, { typ: undefined }],
    ['of an unknown key', {}, { kid: 'two' }],
    ['with another algorithm of the same key', {}, { alg: 'PS256' }],
  ])('%s is refused', async (_what, claims, header) => {
    const key = 'alg' in header ? (await generateKeyPair('PS256')).privateKey : rsa.privateKey;
    expect(await verify(await sign(claims, header, key))).toEqual({ ok: false, refusal: 'token-invalid' });
  });

  it("signed with a stranger's key under a known name is refused", async () => {
    expect((await verify(await sign({}, {}, stranger.privateKey))).ok).toBe(false);
  });

  it('without a signature is refused', async () => {
    const unsecured = new UnsecuredJWT(CLAIMS).encode();
    const typed = `${base64url({ alg: 'none', typ: 'at+jwt' })}.${base64url(CLAIMS)}.`;
    expect([await verify(unsecured), await verify(typed)].map(({ ok }) => ok)).toEqual([false, false]);
  });

  it('whose public key was used as an HMAC secret is refused', async () => {
    const signed = `${base64url({ ...HEADER, alg: 'HS256' })}.${base64url(CLAIMS)}`;
    const mac = createHmac('sha256', await exportSPKI(rsa.publicKey))
      .update(signed)
      .digest('base64url');
    expect((await verify(`${signed}.${mac}`)).ok).toBe(false);
  });

  it('that was changed is refused', async () => {
    const [header, , signature] = (await sign()).split('.');
    expect((await verify(`${header}.${base64url({ ...CLAIMS, sub: 'root' })}.${signature}`)).ok).toBe(false);
  });

  it.each(['', 'x', 'a.b.c', '..', 'a.b.c.d.e'])('%j is refused', async (token) => {
    expect((await verify(token)).ok).toBe(false);
  });

  it('is refused where the provider stands by it no more, and is not asked about where it is bad in itself', async () => {
    const asked: string[] = [];
    const isActive = async (token: string): Promise<boolean> => asked.push(token) === 1;
    const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(rsa.publicKey)), kid: 'one', alg: 'RS256' }] });
    const checking = bearerVerifier({ issuer: ISSUER, audience: 'keyturn-api', consumerClaim: 'consumer', clock, keys, isActive });
    const token = await sign();
    expect([(await checking(token)).ok, (await checking(token)).ok]).toEqual([true, false]);
    expect((await checking(await sign({ aud: 'other' }))).ok).toBe(false);
    expect(asked).toEqual([token, token]);
  });

  it('is neither taken nor refused while the keys cannot be had', async () => {
    const keys = () => Promise.reject(new ServiceUnavailable('identity-provider'));
    const blind = bearerVerifier({ issuer: ISSUER, audience: 'keyturn-api', consumerClaim: 'consumer', clock, keys });
    await expect(blind(await sign())).rejects.toThrow(ServiceUnavailable);
  });
});
