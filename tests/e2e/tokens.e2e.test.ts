import { createPublicKey } from 'node:crypto';
import { mintAccessToken } from '@keyturn/dev-stack';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { describe, expect, inject, it } from 'vitest';
import { ask, CREDENTIALS, expectProblem, rotationsPath, stateOfAll } from './support/ask.ts';

const { credentialId, endpoints, oidcDir } = inject('stack');
const { oidcIssuer: issuer, tokens } = endpoints;

const partsOf = (token: string): [string, string, string] => token.split('.') as [string, string, string];
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string): JWTPayload => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as JWTPayload;

const [header, claims] = partsOf(tokens.admin);
const { kid } = decode(header) as { kid: string };

const bad: Readonly<Record<string, () => Promise<string> | string>> = {
  'an expired token': () => mintAccessToken({ oidcDir, issuer, account: 'admin', expiresInSec: -3_600 }),
  'a token of a foreign issuer': () => mintAccessToken({ oidcDir, issuer: 'https://issuer.example', account: 'admin' }),
  'a token signed with a foreign key under our key id': async () => {
    const { privateKey } = await generateKeyPair('RS256');
    return await new SignJWT(decode(claims)).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid }).sign(privateKey);
  },
  "a token with another's claims under its signature": () => {
    const [freeHeader, freeClaims, freeSignature] = partsOf(tokens.free);
    return [freeHeader, encode({ ...decode(freeClaims), roles: ['admin'] }), freeSignature].join('.');
  },
  'a token with a broken signature': () => [header, claims, Buffer.alloc(256, 7).toString('base64url')].join('.'),
  'a token without a signature': () => [encode({ alg: 'none', typ: 'at+jwt' }), claims, ''].join('.'),
  'a token whose secret is our public key': async () => {
    const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: Record<string, string>[] };
    const known = keys.find((key) => key['kid'] === kid) ?? {};
    const secret = createPublicKey({ key: known, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    return await new SignJWT(decode(claims)).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid }).sign(Buffer.from(secret));
  },
  'a token for another audience, signed with the right key': () =>
    mintAccessToken({ oidcDir, issuer, account: 'admin', audience: 'another' }),
  'a token that brings its own key along': async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    return await new SignJWT(decode(claims)).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', jwk }).sign(privateKey);
  },
  'what is no token': () => 'admin',
};

describe('a bearer token', () => {
  it.each(Object.keys(bad))('that is %s is refused, for reads and writes', async (name) => {
    const token = await bad[name]!();
    const before = await stateOfAll();
    const refused = expectProblem(await ask(CREDENTIALS, { token }), 401, 'token-invalid');
    expect(JSON.stringify(refused)).not.toContain(token);
    expectProblem(await ask(rotationsPath(credentialId), { method: 'POST', token, body: {} }), 401, 'token-invalid');
    expect(await stateOfAll()).toEqual(before);
  });

  it('that is like the refused ones but for its flaw is taken', async () => {
    const token = await mintAccessToken({ oidcDir, issuer, account: 'admin' });
    expect((await ask(CREDENTIALS, { token })).status).toBe(200);
  });

  it('in the address gets nobody in', async () => {
    expectProblem(await ask(`${CREDENTIALS}?access_token=${tokens.admin}`, { token: null }), 401, 'unauthenticated');
  });
});
