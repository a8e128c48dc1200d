import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import { claimsOf, devAccounts, type DevAccountId } from './accounts.ts';
import { apiAudience, devClientId } from './clients.ts';
import { readOidcKeys } from './keys.ts';

export type MintTokenOptions = {
  /** The running provider's folder, which holds its signing key. */
  readonly oidcDir: string;
  readonly issuer: string;
  readonly account: DevAccountId;
  /** The gateway's when left out. */
  readonly audience?: string;
  /** 24 h when left out. */
  readonly expiresInSec?: number;
};

const DAY_SECONDS = 86_400;

/** Signs a bearer token as the provider itself would (RFC 9068), so programs and tests need no browser. */
export const mintAccessToken = async (options: MintTokenOptions): Promise<string> => {
  const jwk = readOidcKeys(options.oidcDir).jwks.keys.find((key) => key.alg === 'RS256');
  if (!jwk) throw new Error(`${options.oidcDir} holds no RS256 key`);
  return new SignJWT({ ...claimsOf(devAccounts[options.account]), client_id: devClientId, auth_time: Math.floor(Date.now() / 1000) })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: jwk.kid })
    .setIssuer(options.issuer)
    .setAudience(options.audience ?? apiAudience)
    .setSubject(options.account)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${options.expiresInSec ?? DAY_SECONDS}s`)
    .sign(await importJWK(jwk, 'RS256'));
};

/** A 24 h token of every account, for `endpoints.json`. */
export const mintDevTokens = async (options: Omit<MintTokenOptions, 'account'>): Promise<Record<DevAccountId, string>> => {
  const mint = (account: DevAccountId): Promise<string> => mintAccessToken({ ...options, account });
  return {
    admin: await mint('admin'),
    admin2: await mint('admin2'),
    operator: await mint('operator'),
    auditor: await mint('auditor'),
    professional: await mint('professional'),
    free: await mint('free'),
  };
};
