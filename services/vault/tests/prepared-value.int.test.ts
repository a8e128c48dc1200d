import { randomUUID } from 'node:crypto';
import { CredentialView } from '@keyturn/contracts/queries';
import { Sensitive } from '@keyturn/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deleteOne, registerGeneric } from './restored-vault.ts';
import { ADMIN, testReplica, type TestVault, testVault } from './test-vault.ts';

/** Two replicas on one database; the first one has staged a value, and remembers the credential as it was then. */
describe('a value that is prepared on what a replica remembers', () => {
  let first: TestVault;
  let second: TestVault;
  let credentialId: string;
  beforeEach(async () => {
    first = await testVault();
    second = { ...first, ...(await testReplica(first, first.held)) };
    credentialId = await registerGeneric(first, 'system.generic.shared');
    const staged = await stage(first);
    if (!staged.ok) throw new Error(staged.refusal.code);
  });
  afterEach(() => first.dispose());

  const stage = (at: TestVault, data: { readonly publicFields?: Readonly<Record<string, string>> } = {}) => {
    const secret = new Sensitive({ fields: { value: `canary-${randomUUID()}` } });
    return at.client(ADMIN).command('credential.stage-value', { credentialId, ...data }, { commandId: randomUUID(), secret });
  };
  const viewed = async (): Promise<CredentialView> => {
    const answer = await first.client(ADMIN).query('credential.get', { credentialId });
    if (!answer.ok) throw new Error(answer.refusal.code);
    return CredentialView.parse(answer.value.value);
  };

  it('takes over what another replica has changed since', async () => {
    expect(await stage(second, { publicFields: { region: 'eu' } })).toMatchObject({ ok: true });
    expect(await stage(first)).toMatchObject({ ok: true, value: { value: { version: 4 } } });
    expect(await viewed()).toMatchObject({ current: 4, publicFields: { region: 'eu' } });
  });

  it('is each one of many that come at once, whichever replica they come to', async () => {
    const staged = await Promise.all([first, second, first, second, first].map((at) => stage(at)));
    expect(staged.filter(({ ok }) => ok).length).toBeGreaterThan(0);
    const { current, versions } = await viewed();
    expect(versions).toHaveLength(2 + staged.filter(({ ok }) => ok).length);
    expect(current).toBe(versions[0]?.version);
    const opened = await first.client(ADMIN).command(
      'credential.reveal',
      { credentialId, reason: 'test' },
      {
        commandId: randomUUID(),
        wantsSecret: true,
      },
    );
    expect(opened).toMatchObject({ ok: true, value: { value: { version: current } } });
  });

  it('is refused where another replica has deleted the credential', async () => {
    await deleteOne(second, credentialId, 'system.generic.shared');
    expect(await stage(first)).toEqual({ ok: false, refusal: { code: 'credential-deleted' } });
  });
});
