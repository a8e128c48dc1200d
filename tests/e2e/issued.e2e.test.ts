import { followRotation } from '@keyturn/dev-stack';
import { cloudflareIdOf } from '@keyturn/provider-simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { admin, readCredential, rotateToEnd } from './support/admin.ts';
import { ask, expectProblem, rotationsPath } from './support/ask.ts';
import { type IssuedToken, POLICIES, registerIssuedToken } from './support/cloudflare-tokens.ts';

// Cloudflare issues the values; the simulator's own account says what lives there.

let issued: IssuedToken;
let credentialId: string;
beforeAll(async () => {
  issued = await registerIssuedToken();
  credentialId = issued.credentialId;
});
afterAll(() => issued?.cloudflare.close());

const living = (): string[] => issued.living();
const worksAtCloudflare = async (): Promise<string> =>
  (await ask(`/api/v1/admin/credentials/${credentialId}/test`, { method: 'POST', body: {} })).text;

describe('a Cloudflare token with an issuer', () => {
  it('is rotated: the next one is created with the same policies, used, and the old one deleted', async () => {
    const ended = await rotateToEnd(credentialId);
    expect(ended).toMatchObject({ status: 'completed', from: 1, to: 2, failure: null });
    const [next = ''] = living();
    expect(living()).toHaveLength(1);
    expect(next).not.toBe(issued.firstToken);
    expect(issued.account.get(next)).toMatchObject({ status: 'active', policies: POLICIES, name: `keyturn:${credentialId}:1.1:2` });
    const { current, ledger, versions } = await readCredential(credentialId);
    expect({ current, ledger }).toEqual({ current: 2, ledger: [] });
    expect(versions.map(({ version, status }) => [version, status])).toEqual([
      [2, 'current'],
      [1, 'revoked'],
    ]);
    expect(JSON.stringify([ended, versions])).not.toContain(next);
    expect(await worksAtCloudflare()).toContain('Cloudflare takes the token');
    const asked = issued.cloudflare.accepted.map(({ call }) => call);
    expect(asked.filter((call) => call === 'POST /user/tokens')).toHaveLength(1);
    expect(asked.filter((call) => call.startsWith('DELETE'))).toEqual([`DELETE /user/tokens/${cloudflareIdOf(issued.firstToken)}`]);
    expect(asked.some((call) => call.endsWith('/value'))).toBe(false);
  });

  it('is rotated once where the answer to the create was lost: what was lost is found by its name and deleted', async () => {
    const [before = ''] = living();
    issued.cloudflare.fault({ kind: 'drop' }, { path: '/user/tokens', method: 'POST' });
    expect(await rotateToEnd(credentialId)).toMatchObject({ status: 'completed', from: 2, to: 3 });
    expect(living()).toHaveLength(1);
    expect(living()).not.toContain(before);
    expect((await readCredential(credentialId)).ledger).toEqual([]);
    expect(await worksAtCloudflare()).toContain('Cloudflare takes the token');
  });

  it('keeps its value where the rotation is cancelled, and what was created for it goes', async () => {
    const [before = ''] = living();
    const held = issued.cloudflare.hold({ path: '/zones' });
    const { epoch } = await admin().rotate(credentialId);
    await held.arrived;
    expect(living()).toHaveLength(2);
    const path = `${rotationsPath(credentialId)}/${epoch}/cancel`;
    const cancelled = await ask(path, { method: 'POST', body: { reason: 'the wrong day' } });
    expect({ status: cancelled.status, body: cancelled.json }).toEqual({ status: 200, body: { credentialId, epoch } });
    held.release();
    const ended = await followRotation(admin(), { credentialId, epoch }, { timeoutMs: 30_000 });
    expect(ended).toMatchObject({
      status: 'failed',
      failure: { step: 'cancel', code: 'cancelled', sentence: expect.stringContaining('the wrong day') },
    });
    await expect.poll(async () => (await readCredential(credentialId)).ledger, { timeout: 60_000 }).toEqual([]);
    expect(living()).toEqual([before]);
    expect((await readCredential(credentialId)).current).toBe(3);
    expect(await worksAtCloudflare()).toContain('Cloudflare takes the token');
    // A second one finds it cancelled; of one that is over otherwise there is nothing to cancel.
    expect((await ask(path, { method: 'POST', body: { reason: 'again' } })).status).toBe(200);
    expectProblem(
      await ask(`${rotationsPath(credentialId)}/1/cancel`, { method: 'POST', body: { reason: 'late' } }),
      409,
      'rotation-closed',
    );
  });

  it('is not rotated with an issuer that may not create tokens, and the sentence says what it lacks', async () => {
    const before = living();
    issued.account.set(issued.issuerToken, { status: 'active', zones: [] });
    const ended = await rotateToEnd(credentialId);
    expect(ended).toMatchObject({ status: 'failed', failure: { step: 'stage', code: 'issuer-lacks-privilege' } });
    expect(ended.failure?.sentence).toContain('"API Tokens Write"');
    issued.account.set(issued.issuerToken, { status: 'active', zones: [], mayManageTokens: true });
    await expect.poll(async () => (await readCredential(credentialId)).ledger, { timeout: 90_000 }).toEqual([]);
    expect(living()).toEqual(before);
  });
});
