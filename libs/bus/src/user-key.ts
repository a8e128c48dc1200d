import { Sensitive } from '@keyturn/kernel';
import { createUser } from '@nats-io/nkeys';

/** A NATS user's own key pair. The seed stays in this process; JWTs are made for the public key. */
export type UserKey = {
  readonly publicKey: string;
  /** A creds file's text: the JWT with this key's seed, for `connectBus`. */
  readonly credsFor: (jwt: string) => Sensitive<string>;
};

/** Makes a fresh pair. */
export const userKey = (): UserKey => {
  const pair = createUser();
  const seed = new Sensitive(new TextDecoder().decode(pair.getSeed()));
  return {
    publicKey: pair.getPublicKey(),
    credsFor: (jwt) =>
      new Sensitive(
        [
          '-----BEGIN NATS USER JWT-----',
          jwt,
          '------END NATS USER JWT------',
          '-----BEGIN USER NKEY SEED-----',
          seed.reveal(),
          '------END USER NKEY SEED------',
        ].join('\n'),
      ),
  };
};
