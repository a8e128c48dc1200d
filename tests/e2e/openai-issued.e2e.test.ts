import { randomUUID } from 'node:crypto';
import { SAMPLE_POLICY } from '@keyturn/dev-stack';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { admin, readCredential, rotateToEnd } from './support/admin.ts';
import { ask, expectProblem } from './support/ask.ts';
import { OPENAI_ADMIN_KEY, OPENAI_PROJECT, OPENAI_PROJECT_KEY } from './support/openai-keys.ts';

// OpenAI issues the values, as keys of service accounts; the simulator's own administration API says what lives there.

const { openAiUrl } = inject('stack');
const run = randomUUID().slice(0, 8);
const List = z.object({ data: z.array(z.object({ id: z.string(), name: z.string() })) });

const atOpenAi = async (path: string, key: string): Promise<Response> =>
  await fetch(`${openAiUrl}${path}`, { headers: { authorization: `Bearer ${key}` } });
const accountNames = async (): Promise<string[]> => {
  const listed = await atOpenAi(`/organization/projects/${OPENAI_PROJECT}/service_accounts`, OPENAI_ADMIN_KEY);
  return List.parse(await listed.json()).data.map(({ name }) => name);
};

const issuerBody = {
  address: `system.openai.admin-${run}`,
  credentialType: 'openai_admin_key',
  publicFields: {},
  secretFields: { adminKey: OPENAI_ADMIN_KEY },
  policy: SAMPLE_POLICY,
} as const;
const keyBody = (issuer: string) => ({
  address: `system.openai.shop-${run}`,
  credentialType: 'user_api_key' as const,
  publicFields: { provider: 'openai', projectId: OPENAI_PROJECT },
  secretFields: { apiKey: OPENAI_PROJECT_KEY },
  policy: SAMPLE_POLICY,
  issuer,
});

let issuer: string;
let credentialId: string;
beforeAll(async () => {
  issuer = (await admin().register(issuerBody)).credentialId;
  credentialId = (await admin().register(keyBody(issuer))).credentialId;
});

describe('a key of OpenAI with an admin key as its issuer', () => {
  it('may be limited, which nobody can see: before its first rotation that is warned of', async () => {
    const run = await ask(`/api/v1/admin/credentials/${credentialId}/rotations/dry-run`, { method: 'POST', body: { reason: 'manual' } });
    expect(run.json).toMatchObject({ possible: true, strategy: 'issued' });
    expect(run.text).toContain('limits-not-copied');
  });

  it('is rotated twice: each time a service account is made, and the key before it ends', async () => {
    expect(await rotateToEnd(credentialId)).toMatchObject({ status: 'completed', from: 1, to: 2, failure: null });
    expect(await accountNames()).toEqual([`keyturn:${credentialId}:1.1:2`]);
    expect((await atOpenAi('/models', OPENAI_PROJECT_KEY)).status).toBe(401);
    expect(await rotateToEnd(credentialId)).toMatchObject({ status: 'completed', from: 2, to: 3, failure: null });
    expect(await accountNames()).toEqual([`keyturn:${credentialId}:1.2:3`]);
    const { current, ledger, versions } = await readCredential(credentialId);
    expect({ current, ledger }).toEqual({ current: 3, ledger: [] });
    expect(versions.map(({ version, status }) => [version, status])).toEqual([
      [3, 'current'],
      [2, 'revoked'],
      [1, 'revoked'],
    ]);
    const tested = await ask(`/api/v1/admin/credentials/${credentialId}/test`, { method: 'POST', body: {} });
    expect(tested.text).toContain('OpenAI takes the key');
  });

  it('says before a rotation that the old key is deleted at once', async () => {
    const run = await ask(`/api/v1/admin/credentials/${credentialId}/rotations/dry-run`, { method: 'POST', body: { reason: 'manual' } });
    expect(run.json).toMatchObject({ possible: true, strategy: 'issued' });
    expect(run.text).not.toContain('limits-not-copied');
    expect(run.text).toContain('deletes version 3 at once');
  });

  it('is registered with an admin key and its project only', async () => {
    const path = '/api/v1/admin/credentials';
    const named = { ...keyBody(issuer), address: `system.openai.other-${run}` };
    const other = await ask(path, { method: 'POST', body: { ...named, issuer: credentialId } });
    expectProblem(other, 422, 'issuer-unfit');
    expect(other.text).toContain('openai_admin_key');
    const nowhere = await ask(path, { method: 'POST', body: { ...named, publicFields: { provider: 'openai' } } });
    expectProblem(nowhere, 409, 'fields-missing');
    expect(nowhere.text).toContain('projectId');
  });
});
