import { ConsumerName } from '@keyturn/contracts';
import { type Clock, type Result, ok, refuse } from '@keyturn/kernel';
import { base64url, type JWTVerifyGetKey, errors, jwtVerify } from 'jose';
import { identityOfClaims } from './claims.ts';
import { hasDuplicateNames } from './duplicate-names.ts';
import type { Caller } from './identity.ts';
import type { TokenCheck } from './introspection.ts';

/** No symmetric algorithm: with one, the public key would be the secret (alg confusion). */
export const ALLOWED_ALGORITHMS = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
const CLOCK_TOLERANCE_SECONDS = 30;

export type BearerSettings = {
  readonly issuer: string;
  readonly audience: string;
  /** The claim that names a consumer. */
  readonly consumerClaim: string;
  readonly clock: Clock;
  /** Throws `ServiceUnavailable` when the keys can't be had. */
  readonly keys: JWTVerifyGetKey;
  /** Asks the provider whether it still stands by a token that is good in itself; left out, a token is good until it ends. */
  readonly isActive?: TokenCheck | null;
};

/** Checks an access token (RFC 9068). Every flaw is the same refusal: which one it was helps only who made it. */
export type VerifyBearer = (token: string) => Promise<Result<Caller, 'token-invalid'>>;

const UTF8 = new TextDecoder();

/** Header and claims as they were written. */
const partsOf = (token: string): string[] => {
  const [header = '', claims = ''] = token.split('.');
  return [header, claims].map((part) => UTF8.decode(base64url.decode(part)));
};

export const bearerVerifier = ({ issuer, audience, consumerClaim, clock, keys, isActive = null }: BearerSettings): VerifyBearer => {
  const verify = async (token: string) => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALLOWED_ALGORITHMS,
      typ: 'at+jwt',
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: clock.now(),
    });
    if (partsOf(token).some(hasDuplicateNames)) throw new errors.JWTInvalid('it says something twice');
    return payload;
  };
  return async (token) => {
    try {
      const payload = await verify(token);
      const identity = identityOfClaims(payload);
      if (identity === null || payload.exp === undefined) return refuse('token-invalid');
      if (isActive !== null && !(await isActive(token))) return refuse('token-invalid');
      const consumer = ConsumerName.safeParse(payload[consumerClaim]);
      return ok({
        ...identity,
        via: 'bearer',
        expiresAt: payload.exp * 1000,
        ...(consumer.success ? { consumer: consumer.data } : {}),
      });
    } catch (fault) {
      if (fault instanceof errors.JOSEError || fault instanceof TypeError) return refuse('token-invalid');
      throw fault;
    }
  };
};
