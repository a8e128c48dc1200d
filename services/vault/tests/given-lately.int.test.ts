import { randomUUID } from 'node:crypto';
import type { Grant } from '@keyturn/contracts/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { deleteOne, registerGeneric } from './restored-vault.ts';
import { ADMIN, grant, testInstance, testReplica, type TestVault, testVault } from './test-vault.ts';

const ADDRESS = 'system.generic.shared';

/** Two replicas on one database; the first one has given the credential, and remembers. */
describe('what a replica gave lately', () => {
  let first: TestVault;
  let second: TestVault;
  let credentialId: string;
  let holder: ReturnType<typeof testInstance>;
  beforeEach(async () => {
    first = await testVault();
    second = { ...first, ...(await testReplica(first, first.held)) };
    credentialId = await registerGeneric(first, ADDRESS);
    await grant(first, 'orders', 'system.generic.*');
    holder = instance(first, 'a');
    await holder.fetch(ADDRESS);
  });
  afterEach(() => first.dispose());

  const instance = (vault: TestVault, name: string) => testInstance(vault, 'orders', name);
  const fetched = async (vault: TestVault, name: string) => {
    const answer = await instance(vault, name).fetch(ADDRESS);
    if (!answer.ok) throw new Error(answer.refusal.code);
    return answer;
  };
  const registerConsumer = (vault: TestVault, grants: z.infer<typeof Grant>[]) =>
    vault.client(ADMIN).command('consumer.register', { consumer: 'orders', grants }, { commandId: randomUUID() });

  it('is no need of the acknowledgement, which another replica takes as well', async () => {
    const { given, secret } = await fetched(first, 'b');
    expect(await instance(second, 'b').ack(given, secret.ackKey)).toMatchObject({ ok: {} });
    expect((await first.events()).at(-1)).toMatchObject({ type: 'credential.version-acknowledged', data: { instance: 'b' } });
  });

  it('proves nothing to whom another key is sent, or another nonce', async () => {
    const { given, secret } = await fetched(first, 'c');
    const wrong = Buffer.alloc(32).toString('base64url');
    expect(await instance(first, 'c').ack(given, wrong)).toEqual({ refusal: { code: 'ack-invalid' } });
    expect(await instance(first, 'c').ack(given, secret.ackKey, { nonce: wrong })).toEqual({ refusal: { code: 'ack-invalid' } });
  });

  it('is given no more, and acknowledged no more, once another replica has taken the grant away', async () => {
    const { given, secret } = await fetched(first, 'd');
    await registerConsumer(second, []);
    expect(await instance(first, 'd').fetch(ADDRESS)).toEqual({
      ok: false,
      refusal: { code: 'grant-missing', consumer: 'orders', address: ADDRESS },
    });
    expect(await instance(first, 'd').ack(given, secret.ackKey)).toEqual({ refusal: { code: 'ack-invalid' } });
  });

  it('is not given again to a repeat, once the grant is gone', async () => {
    const commandId = randomUUID();
    expect(await instance(first, 'e').fetch(ADDRESS, commandId)).toMatchObject({ ok: true });
    await registerConsumer(first, [{ action: 'ack', pattern: ADDRESS }]);
    expect(await instance(first, 'e').fetch(ADDRESS, commandId)).toMatchObject({ ok: false, refusal: { code: 'grant-missing' } });
  });

  it('is another credential’s at once, when another replica has given it the address', async () => {
    const commandId = randomUUID();
    await holder.fetch(ADDRESS, commandId);
    await holder.ask('goodbye', {});
    await deleteOne(second, credentialId, ADDRESS);
    expect(await holder.fetch(ADDRESS)).toMatchObject({ refusal: { code: 'credential-unknown' } });
    const heir = await registerGeneric(second, ADDRESS);
    expect(await holder.fetch(ADDRESS)).toMatchObject({ ok: true, given: { credentialId: heir } });
    expect(await holder.fetch(ADDRESS, commandId)).toMatchObject({ refusal: { code: 'credential-unknown' } });
  });
});
