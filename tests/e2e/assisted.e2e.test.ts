import { randomUUID } from 'node:crypto';
import { RotationView } from '@keyturn/contracts/api';
import { followRotation, SAMPLE_POLICY } from '@keyturn/dev-stack';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, readCredential } from './support/admin.ts';
import { type Answer, ask, expectProblem, rotationsPath } from './support/ask.ts';
import { STRIPE_KEYS } from './support/stripe-keys.ts';

// A person makes the next key at Stripe and removes the old one, and Keyturn says what is to be done, and asks Stripe whether it was.

const [OLD, NEXT] = STRIPE_KEYS;
let credentialId: string;
let path: string;

beforeAll(async () => {
  const made = await admin().register({
    address: `system.stripe.assisted-${randomUUID().slice(0, 8)}`,
    credentialType: 'stripe_secret_key',
    publicFields: {},
    secretFields: { secretKey: OLD },
    policy: SAMPLE_POLICY,
  });
  credentialId = made.credentialId;
  path = rotationsPath(credentialId);
});

const view = async (epoch: number): Promise<RotationView> => RotationView.parse((await ask(`${path}/${epoch}`)).json);
const bring = (epoch: number, secretKey: string): Promise<Answer> =>
  ask(`${path}/${epoch}/value`, { method: 'POST', body: { secretFields: { secretKey } } });

describe('a Stripe key', () => {
  it('is rotated by a person, step by step, and the old one is gone only when Stripe says so', async () => {
    const { epoch } = await admin().rotate(credentialId);
    await expect.poll(async () => (await view(epoch)).asks, { timeout: 20_000 }).toMatchObject({ what: 'value', site: 'Stripe' });
    expect((await view(epoch)).asks?.steps.join(' ')).toContain('Do not roll');
    expectProblem(await ask(`${path}/${epoch}/old-value-deleted`, { method: 'POST' }), 409, 'deletion-not-awaited');

    const refused = expectProblem(await bring(epoch, 'sk_test_mistyped0123456789abcdef'), 422, 'test-invalid');
    expect(refused.detail).toContain("Stripe doesn't know this key");
    expect(await view(epoch)).toMatchObject({ status: 'open', asks: { what: 'value' }, sentence: expect.stringContaining('was refused') });
    expect(await readCredential(credentialId)).toMatchObject({ current: 1, ledger: [] });

    const brought = await bring(epoch, NEXT);
    expect({ status: brought.status, body: brought.json }).toMatchObject({ status: 200, body: { epoch, version: 3, status: 'tested' } });
    await expect.poll(async () => (await view(epoch)).asks?.what, { timeout: 30_000 }).toBe('deletion');
    expect(await readCredential(credentialId)).toMatchObject({ current: 3, openEpoch: epoch });
    expectProblem(await bring(epoch, NEXT), 409, 'value-not-awaited');
    expectProblem(await ask(`${path}/${epoch}/cancel`, { method: 'POST', body: { reason: 'too late' } }), 409, 'rotation-committed');

    // Said, and not so: Stripe still takes it.
    expect((await ask(`${path}/${epoch}/old-value-deleted`, { method: 'POST' })).status).toBe(202);
    await expect.poll(async () => (await view(epoch)).sentence, { timeout: 20_000 }).toContain('It is still taken');
    expect((await readCredential(credentialId)).ledger).toMatchObject([{ kind: 'revoke-failed', version: 1 }]);

    await fetch(`${inject('stack').controlUrl}/stripe/expire`, { method: 'POST' });
    const ended = await followRotation(admin(), { credentialId, epoch }, { timeoutMs: 90_000 });
    expect(ended).toMatchObject({ status: 'completed', from: 1, to: 3, asks: null });
    const { versions, ledger } = await readCredential(credentialId);
    expect(ledger).toEqual([]);
    expect(versions.map(({ version, status }) => [version, status])).toEqual([
      [3, 'current'],
      [2, 'discarded'],
      [1, 'revoked'],
    ]);
    expect(JSON.stringify([ended, versions])).not.toContain(NEXT);
  });

  it('keeps its value where the rotation is cancelled while it waits for another', async () => {
    const { epoch } = await admin().rotate(credentialId);
    await expect.poll(async () => (await view(epoch)).asks?.what, { timeout: 20_000 }).toBe('value');
    expect((await ask(`${path}/${epoch}/cancel`, { method: 'POST', body: { reason: 'not today' } })).status).toBe(200);
    expect(await view(epoch)).toMatchObject({ status: 'failed', failure: { code: 'cancelled' }, asks: null });
    expect(await readCredential(credentialId)).toMatchObject({ current: 3, openEpoch: null, ledger: [] });
    expectProblem(await bring(epoch, NEXT), 409, 'rotation-closed');
  });

  it('fails by itself where nobody brings a value in the time that the policy gives', async () => {
    const { credentialId: other } = await admin().register({
      address: `system.stripe.forgotten-${randomUUID().slice(0, 8)}`,
      credentialType: 'stripe_secret_key',
      publicFields: {},
      secretFields: { secretKey: NEXT },
      policy: { ...SAMPLE_POLICY, valueWithinMs: 1_000 },
    });
    const { epoch } = await admin().rotate(other);
    const ended = await followRotation(admin(), { credentialId: other, epoch }, { timeoutMs: 30_000 });
    expect(ended).toMatchObject({ status: 'failed', failure: { step: 'value', code: 'value-not-given' } });
    expect(await readCredential(other)).toMatchObject({ current: 1, ledger: [] });
  });
});

describe('a secret of any kind', () => {
  const register = (secret: string, publicFields: Readonly<Record<string, string>>) =>
    admin().register({
      address: `system.other.assisted-${randomUUID().slice(0, 8)}`,
      credentialType: 'generic',
      publicFields,
      secretFields: { value: secret },
      policy: SAMPLE_POLICY,
    });

  it('is tested by the check that it describes', async () => {
    const { stripeKey, stripeUrl } = inject('stack');
    const { credentialId: checked } = await register(stripeKey, { checkUrl: `${stripeUrl}/balance` });
    expect((await readCredential(checked)).versions).toMatchObject([{ status: 'current', untested: null, tested: { verdict: 'valid' } }]);
    const wrong = await ask(`/api/v1/admin/credentials/${checked}/versions`, {
      method: 'POST',
      body: { secretFields: { value: 'nobody-knows-it' } },
    });
    expect(expectProblem(wrong, 422, 'test-invalid').detail).toContain('refuses the secret (401)');
  });

  it('is rotated without one too: consumers try it, and a person’s word ends the old one', async () => {
    const { credentialId: other } = await register('the-first', {});
    const { epoch } = await admin().rotate(other);
    const at = `${rotationsPath(other)}/${epoch}`;
    const seen = async () => RotationView.parse((await ask(at)).json);
    await expect.poll(async () => (await seen()).asks?.what, { timeout: 20_000 }).toBe('value');
    const brought = await ask(`${at}/value`, { method: 'POST', body: { secretFields: { value: 'the-second' } } });
    expect({ status: brought.status, body: brought.json }).toMatchObject({ status: 200, body: { version: 2, status: 'untested' } });
    await expect.poll(async () => (await seen()).asks?.what, { timeout: 30_000 }).toBe('deletion');
    expect((await ask(`${at}/old-value-deleted`, { method: 'POST' })).status).toBe(202);
    const ended = await followRotation(admin(), { credentialId: other, epoch }, { timeoutMs: 30_000 });
    expect(ended).toMatchObject({ status: 'completed', from: 1, to: 2 });
    const { versions, ledger } = await readCredential(other);
    expect(ledger).toEqual([]);
    expect(versions).toMatchObject([
      { version: 2, status: 'current', untested: 'no-test' },
      { version: 1, status: 'revoked' },
    ]);
  });
});
