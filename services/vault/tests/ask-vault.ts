import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { ADMIN, type TestVault } from './test-vault.ts';

export const OPERATOR: Actor = { kind: 'person', id: 'otto', roles: ['operator'] };
/** Another admin. */
export const BEN: Actor = { ...ADMIN, id: 'ben', name: 'Ben' };
export const WORKER: Actor = { kind: 'service', id: 'rotation-worker' };
/** Signed in just now. */
export const ada = (): Actor => ({ ...ADMIN, authenticatedAt: new Date().toISOString() });
export const secretOf = (password: string) => new Sensitive({ fields: { password } });

type Options = { readonly commandId?: string; readonly wantsSecret?: boolean; readonly secret?: Sensitive<unknown> };

/** Commands to a vault, answered by their value or their refusal; Ada's if nobody else is named. */
export const asking = (vault: () => TestVault) => {
  const ask = async (type: string, data: object, actor: Actor = ada(), options: Options = {}) => {
    const answer = await vault()
      .client(actor)
      .command(type, data, { commandId: randomUUID(), ...options });
    return answer.ok
      ? { value: answer.value.value as Record<string, unknown>, secret: answer.value.secret?.reveal() as { fields: object } | undefined }
      : { refusal: answer.refusal };
  };
  /** The worker's word on a version that it was asked to test. */
  const tested = (credentialId: string, version: number, verdict = 'valid') =>
    ask('errand.record-tested', { credentialId, version, verdict, sentence: verdict, elapsedMs: 3 }, WORKER);
  return { ask, tested };
};
