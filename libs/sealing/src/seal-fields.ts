import { commandSubject, type OneShotBox, type SealingKey } from '@keyturn/contracts';
import { Sensitive, type Clock } from '@keyturn/kernel';
import { canonicalBytes } from './canonical-json.ts';
import { commandIdFor } from './command-id.ts';
import { sealOnce } from './seal-once.ts';

/** For which command of which credential something is sealed: a box opens nowhere else. */
export type SealedFor = {
  readonly command: 'credential.register' | 'credential.stage-value' | 'credential.verify-value' | 'rotation.give-value';
  readonly credentialId: string;
  /** The `id` of `/api/v1/session`. */
  readonly callerId: string;
  readonly idempotencyKey: string;
};

/** Seals secret fields at the client, so that nobody on the way to the vault can open them. Good for five minutes. */
export const sealFields = async (
  key: Pick<SealingKey, 'id' | 'publicKey'>,
  { command, credentialId, callerId, idempotencyKey }: SealedFor,
  fields: Sensitive<Readonly<Record<string, string>>>,
  clock: Clock,
): Promise<OneShotBox> => {
  const context = { subject: commandSubject(command), commandId: await commandIdFor(callerId, idempotencyKey), about: credentialId };
  const plaintext = canonicalBytes({ fields: fields.reveal() });
  const { box } = await sealOnce(key, context, new Sensitive<Uint8Array>(plaintext), clock);
  plaintext.fill(0);
  if (box.kind !== 'hpke') throw new Error('a one-shot box is HPKE');
  return box;
};
