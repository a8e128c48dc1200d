import { encodeUser, fmtCreds } from '@nats-io/jwt';
import { createUser } from '@nats-io/nkeys';
import type { NatsPermissions } from './nats-identities.ts';
import { readSigner } from './nats-keys.ts';

export type MintOptions = NatsPermissions & {
  readonly keysDir: string;
  readonly name: string;
  /** Never when left out. NATS ends the connection when the time comes. */
  readonly expiresInSec?: number;
};

const RESPONSE_TTL_NANOSECONDS = 120_000_000_000;

/** Makes a NATS user with a new key, and returns the text of its creds file. The server needs no restart: it trusts the signature. */
export const mintNatsCreds = async (options: MintOptions): Promise<string> => {
  const { account, accountSigner } = readSigner(options.keysDir);
  const user = createUser();
  const jwt = await encodeUser(
    options.name,
    user,
    account,
    {
      pub: { allow: [...options.publish], deny: [] },
      sub: { allow: [...options.subscribe], deny: [] },
      ...(options.allowResponses ? { resp: { max: 1, ttl: RESPONSE_TTL_NANOSECONDS } } : {}),
    },
    { signer: accountSigner, ...(options.expiresInSec === undefined ? {} : { exp: nowInSeconds() + options.expiresInSec }) },
  );
  return new TextDecoder().decode(fmtCreds(jwt, user));
};

const nowInSeconds = (): number => Math.floor(Date.now() / 1_000);
