import { randomBytes } from 'node:crypto';
import { Problem, RegisteredCredential, RotationView } from '@keyturn/contracts/api';
import { waitUntil } from '@keyturn/dev-stack';
import { type CloudflareToken, startCloudflare } from '@keyturn/provider-simulators';
import { expect, it, onTestFinished } from 'vitest';
import { CREDENTIALS, rotationsPath } from '../support/ask.ts';
import { call, json } from './call.ts';

const newToken = (): string => randomBytes(20).toString('hex');

/** A Cloudflare token without an issuer, at a simulator of its own: a person makes and removes its values. */
const aToken = async () => {
  const [old, next] = [newToken(), newToken()];
  const account = new Map<string, CloudflareToken>([old, next].map((token) => [token, { status: 'active', zones: [] }]));
  const cloudflare = await startCloudflare(account);
  onTestFinished(() => cloudflare.close());
  const address = `system.cloudflare.contract-${randomBytes(4).toString('hex')}`;
  const policy = { graceMs: 0, preflightMs: 0 };
  const value = { publicFields: { apiBaseUrl: cloudflare.url }, secretFields: { token: old } };
  const body = JSON.stringify({ address, credentialType: 'cloudflare_api_token', policy, ...value });
  const { credentialId } = RegisteredCredential.parse(await (await call(CREDENTIALS, { method: 'POST', body, headers: json })).json());
  return { account, old, next, path: rotationsPath(credentialId) };
};

/** What a person does in a rotation. */
export const describeAssistedAnswers = (): void => {
  it('POST what a person does in a rotation: brings a value, says that the old one is removed, and cancels', async () => {
    const { account, old, next, path } = await aToken();
    const post = (what: string, body?: object) =>
      call(`${path}${what}`, { method: 'POST', ...(body === undefined ? {} : { body: JSON.stringify(body), headers: json }) });
    const isAt = async (holds: (rotation: RotationView) => boolean): Promise<boolean> =>
      await waitUntil(async () => holds(RotationView.parse(await (await call(`${path}/1`)).json())), { timeoutMs: 60_000 });
    expect((await post('')).status).toBe(202);
    const tooEarly = await post('/1/old-value-deleted');
    expect([tooEarly.status, Problem.parse(await tooEarly.json()).code]).toEqual([409, 'deletion-not-awaited']);
    expect((await post('/1/value', { secretFields: { token: newToken() } })).status).toBe(422);
    expect((await post('/1/value', { secretFields: { token: next } })).status).toBe(200);
    expect(await isAt(({ asks }) => asks?.what === 'deletion')).toBe(true);
    account.delete(old);
    expect((await post('/1/old-value-deleted')).status).toBe(202);
    expect(await isAt(({ status }) => status === 'completed')).toBe(true);
    expect((await post('')).status).toBe(202);
    expect((await post('/2/cancel', { reason: 'the contract' })).status).toBe(200);
    expect((await post('/3/cancel', { reason: 'the contract' })).status).toBe(404);
  });
};
