import { type OneShotBox, SealingKeys } from '@keyturn/contracts';
import { Session } from '@keyturn/contracts/api';
import type { Clock, Sensitive } from '@keyturn/kernel';
import { newestSealingKey, sealFields, SealingKeysUntrusted, verifySealingKeys } from '@keyturn/sealing';
import { CliFailure } from '../cli-failure.ts';
import { type Gateway, ProblemAnswer } from './gateway.ts';
import type { Pins } from './known-vaults.ts';

export type ToSeal = {
  readonly command: 'credential.register' | 'credential.verify-value' | 'rotation.give-value';
  readonly credentialId: string;
  readonly idempotencyKey: string;
  readonly fields: Sensitive<Readonly<Record<string, string>>>;
};

export type SealedCommands = {
  /** Seals the fields for one command, and sends what `send` makes of the box; once more with fresh keys where the sealing key has ended. */
  sealed<Answer>(what: ToSeal, send: (box: OneShotBox) => Promise<Answer>): Promise<Answer>;
};

type Deps = {
  readonly gateway: Gateway;
  readonly pins: Pins;
  readonly clock: Clock;
  readonly note: (sentence: string) => void;
};

const untrusted = (sentence: string, cause?: unknown): CliFailure => new CliFailure('untrusted', sentence, { cause });

/** The vault's sealing keys, signed by the identity that is pinned; on first use that identity is pinned. */
const trustedKeys = async ({ gateway, pins, note }: Deps) => {
  const published = await gateway.ask({ path: '/api/v1/sealing-keys', answers: SealingKeys });
  const pinned = await pins.identityOf(gateway.url);
  if (pinned !== null && pinned !== published.identityPublicKey) {
    throw untrusted(
      `The vault behind ${gateway.url} shows the identity ${published.identityPublicKey}, and ${pinned} is the known one; nothing was sent.`,
    );
  }
  const keys = await verifySealingKeys(published, published.identityPublicKey).catch((cause: unknown) => {
    throw cause instanceof SealingKeysUntrusted ? untrusted(`The vault’s sealing keys can’t be trusted: ${cause.message}.`, cause) : cause;
  });
  if (pinned === null) {
    await pins.trust(gateway.url, published.identityPublicKey);
    note(`First use of ${gateway.url}: its vault has the identity ${published.identityPublicKey}, and is held to it from now on.`);
  }
  return keys;
};

/** Seals at the client, so that neither the gateway nor the queue ever sees a value (design §4). */
export const sealedCommands = (deps: Deps): SealedCommands => {
  const { gateway, clock } = deps;
  let keys: ReturnType<typeof trustedKeys> | undefined;
  let caller: Promise<string> | undefined;

  const seal = async ({ command, credentialId, idempotencyKey, fields }: ToSeal): Promise<OneShotBox> => {
    keys ??= trustedKeys(deps);
    caller ??= gateway.ask({ path: '/api/v1/session', answers: Session }).then(({ id }) => id);
    const key = newestSealingKey(await keys, clock);
    if (!key) throw untrusted('The vault has published no sealing key that is still good; is this machine’s clock right?');
    return sealFields(key, { command, credentialId, callerId: await caller, idempotencyKey }, fields, clock);
  };

  return {
    sealed: async (what, send) => {
      try {
        return await send(await seal(what));
      } catch (fault) {
        if (!(fault instanceof ProblemAnswer && ['link-unknown', 'seal-expired'].includes(fault.code))) throw fault;
        keys = undefined; // the key of yesterday
        return await send(await seal(what));
      }
    },
  };
};
