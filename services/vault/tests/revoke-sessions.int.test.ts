import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { A_SERVICE, ADMIN, AUDITOR, testVault, type TestVault } from './test-vault.ts';

const ADA: Actor = { kind: 'person', id: 'ada', roles: ['user'] };

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

const revoke = (actor: Actor, personId: string, commandId = randomUUID()) =>
  vault.client(actor).command('person.revoke-sessions', { personId }, { commandId });
const revokedBefore = async (personId: string): Promise<string | null> => {
  const answer = await vault.client(A_SERVICE).query('person.sessions', { personId });
  if (!answer.ok) throw new Error(answer.refusal.code);
  return (answer.value.value as { revokedBefore: string | null }).revokedBefore;
};
const recorded = async () => (await vault.events()).filter(({ type }) => type === 'person.sessions-revoked');

describe("a person's sessions", () => {
  it('were never revoked at first', async () => {
    expect(await revokedBefore('nobody')).toBeNull();
  });

  it('are revoked by that person, from now backwards, and recorded once however often it is repeated', async () => {
    const [before, commandId] = [Date.now(), randomUUID()];
    const first = await revoke(ADA, 'ada', commandId);
    expect(first.ok).toBe(true);
    expect(await revoke(ADA, 'ada', commandId)).toEqual(first);
    const revoked = Date.parse((await revokedBefore('ada')) ?? '');
    expect(revoked).toBeGreaterThanOrEqual(before);
    expect(revoked).toBeLessThanOrEqual(Date.now());
    expect(await recorded()).toMatchObject([{ stream: 'person-ada', data: { personId: 'ada' }, meta: { actor: { id: 'ada' } } }]);
  });

  it('are revoked again later on, which moves the time on', async () => {
    const first = await revokedBefore('ada');
    await expect.poll(async () => (await revoke(ADA, 'ada')).ok && (await revokedBefore('ada')) !== first).toBe(true);
  });

  it("are an admin's to revoke too, and nobody else's", async () => {
    expect((await revoke(ADMIN, 'bob')).ok).toBe(true);
    expect(await revokedBefore('bob')).not.toBeNull();
    for (const actor of [ADA, AUDITOR, { ...ADA, kind: 'program' as const, id: 'carol' }]) {
      expect(await revoke(actor, 'carol')).toMatchObject({ ok: false, refusal: { code: 'not-allowed' } });
    }
    expect(await revokedBefore('carol')).toBeNull();
    expect((await vault.events()).at(-1)).toMatchObject({ type: 'access.refused', data: { refusalCode: 'not-allowed' } });
  });
});
