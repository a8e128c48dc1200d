import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';
import { randomPassword, secretFile } from '../servers/secret-file.ts';

const Jwk = z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string() });
const OidcKeys = z.object({
  jwks: z.object({ keys: z.array(Jwk) }),
  cookieKeys: z.array(z.string()),
  gatewayClientSecret: z.string(),
  devClientSecret: z.string(),
});

/** What has to survive a restart of the provider: tokens stay valid, and browsers stay signed in. */
export type OidcKeys = z.infer<typeof OidcKeys>;

/** Reads the provider's keys, and makes them at the first start (mode 0600). */
export const oidcKeys = async (oidcDir: string): Promise<OidcKeys> => parse(await secretFile(keysFile(oidcDir), makeKeys));

/** Reads the keys of a provider that was started before. */
export const readOidcKeys = (oidcDir: string): OidcKeys => parse(readFileSync(keysFile(oidcDir), 'utf8'));

const parse = (text: string): OidcKeys => OidcKeys.parse(JSON.parse(text));

const keysFile = (oidcDir: string): string => join(oidcDir, 'keys.json');

const makeKeys = async (): Promise<string> => {
  const keys = await Promise.all([makeKey('RS256'), makeKey('ES256')]);
  const cookieKeys = [randomPassword(), randomPassword()];
  return JSON.stringify({ jwks: { keys }, cookieKeys, gatewayClientSecret: randomPassword(), devClientSecret: randomPassword() });
};

const makeKey = async (alg: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' };
};
