import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { subscriberSubjects } from '@keyturn/contracts/subjects';
import { encodeAccount, encodeOperator, newScopedSigner, type SigningKey } from '@nats-io/jwt';
import { createAccount, createOperator, fromSeed, type KeyPair } from '@nats-io/nkeys';
import { secretFile } from '../servers/secret-file.ts';

/**
 * The keys of operator mode: an operator that vouches for two accounts, and the signing key with which users of KEYTURN are made, so the
 * account's own key is needed only when its limits change.
 */
export type NatsKeys = {
  readonly operator: KeyPair;
  readonly account: KeyPair;
  readonly accountSigner: KeyPair;
  /** The gateway's: its scope lets it make subscribers, and nobody else. */
  readonly subscriberSigner: KeyPair;
  readonly systemAccount: KeyPair;
};

/** Reads the seeds in the folder, and makes those that are missing (mode 0600). */
export const natsKeys = async (keysDir: string): Promise<NatsKeys> => ({
  operator: await keyPair(keysDir, 'operator', createOperator),
  account: await keyPair(keysDir, 'account', createAccount),
  accountSigner: await keyPair(keysDir, 'account-signer', createAccount),
  subscriberSigner: await keyPair(keysDir, SUBSCRIBER_SIGNER, createAccount),
  systemAccount: await keyPair(keysDir, 'system-account', createAccount),
});

/** The two keys that make a user: which account it belongs to, and who signs for it. */
export const readSigner = (keysDir: string): Pick<NatsKeys, 'account' | 'accountSigner'> => ({
  account: readSeed(keysDir, 'account'),
  accountSigner: readSeed(keysDir, 'account-signer'),
});

const SUBSCRIBER_SIGNER = 'subscriber-signer';
/** What a folder must hold, whose server somebody else runs. */
export const OFFERED_SEEDS = ['account.nk', 'account-signer.nk', `${SUBSCRIBER_SIGNER}.nk`] as const;
/** Where the seed of the gateway's signing key is. */
export const subscriberSignerFile = (keysDir: string): string => seedPath(keysDir, SUBSCRIBER_SIGNER);

/** A JWT of the scoped key says only who it is and what it hears, as tags; what that allows is said here, and the server fills it in. */
const subscriberScope = (signer: KeyPair): SigningKey => {
  const { publish, subscribe } = subscriberSubjects('{{tag(consumer)}}', '{{tag(instance)}}', ['{{tag(hears)}}']);
  return newScopedSigner(signer.getPublicKey(), 'subscriber', {
    pub: { allow: [...publish], deny: [] },
    sub: { allow: [...subscribe], deny: [] },
  });
};

export type NatsAuthority = {
  readonly operatorJwt: string;
  readonly accounts: Readonly<Record<string, string>>;
  readonly systemAccount: string;
};

/** What the server trusts: the operator's word, and both accounts as that operator signed them. */
export const natsAuthority = async (keys: NatsKeys): Promise<NatsAuthority> => {
  const [account, systemAccount] = [keys.account.getPublicKey(), keys.systemAccount.getPublicKey()];
  const operatorJwt = await encodeOperator('keyturn-dev', keys.operator, { system_account: systemAccount });
  const limits = { ...unlimited, ...jetStream };
  const accountJwt = await encodeAccount(
    'KEYTURN',
    keys.account,
    { limits, signing_keys: [keys.accountSigner.getPublicKey(), subscriberScope(keys.subscriberSigner)] },
    { signer: keys.operator },
  );
  const systemJwt = await encodeAccount('SYS', keys.systemAccount, { limits: unlimited }, { signer: keys.operator });
  return { operatorJwt, accounts: { [account]: accountJwt, [systemAccount]: systemJwt }, systemAccount };
};

/** A limit that is left out of an account's JWT counts as 0. */
const unlimited = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const jetStream = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

const seedPath = (keysDir: string, name: string): string => join(keysDir, `${name}.nk`);

const keyPair = async (keysDir: string, name: string, create: () => KeyPair): Promise<KeyPair> =>
  fromSeed(new TextEncoder().encode(await secretFile(seedPath(keysDir, name), () => new TextDecoder().decode(create().getSeed()))));

const readSeed = (keysDir: string, name: string): KeyPair => fromSeed(readFileSync(seedPath(keysDir, name)));
