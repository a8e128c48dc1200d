import { randomBytes } from 'node:crypto';
import { Problem, RegisteredCredential } from '@keyturn/contracts/api';
import { expect, inject, it } from 'vitest';
import { credentialPath, CREDENTIALS, rotationsPath } from '../support/ask.ts';
import { call, json, NOBODY } from './call.ts';

const { endpoints } = inject('stack');

/** A key that persons rotate, and that another person must approve. */
const aKey = async (): Promise<string> => {
  const address = `system.cloudflare.decided-${randomBytes(4).toString('hex')}`;
  const value = { publicFields: {}, secretFields: { token: randomBytes(20).toString('hex') } };
  const policy = { approvals: 1 };
  const body = JSON.stringify({ address, credentialType: 'cloudflare_api_token', untested: 'import', policy, ...value });
  const { credentialId } = RegisteredCredential.parse(await (await call(CREDENTIALS, { method: 'POST', body, headers: json })).json());
  return credentialId;
};

/** What persons decide about a rotation. */
export const describeDecisionAnswers = (): void => {
  it('POST a dry run, an approval, a rejection, an extension and a force, and PATCH the policy', async () => {
    const credentialId = await aKey();
    const asked = rotationsPath(credentialId);
    const send = async (path: string, body: object, token?: string, method = 'POST'): Promise<string> => {
      const headers = token === undefined ? json : { ...json, authorization: `Bearer ${token}` };
      const answer = await call(path, { method, body: JSON.stringify(body), headers });
      return answer.ok ? String(answer.status) : `${answer.status} ${Problem.parse(await answer.json()).code}`;
    };
    const { admin, operator } = endpoints.tokens;
    const reason = { reason: 'the contract' };
    expect(await send(`${asked}/dry-run`, {})).toBe('200');
    expect(await send(`${rotationsPath(NOBODY)}/dry-run`, {})).toBe('404 credential-unknown');
    expect(await send(asked, {})).toBe('202');
    expect(await send(`${asked}/1/approve`, {})).toBe('403 approver-asked-for-it');
    expect(await send(`${asked}/1/extend`, { byMs: 60_000, ...reason })).toBe('200');
    expect(await send(`${asked}/1/force`, reason, admin)).toBe('409 rotation-uncommitted');
    expect(await send(`${asked}/1/force`, reason, operator)).toBe('403 role-missing');
    expect(await send(`${asked}/1/reject`, reason, operator)).toBe('200');
    expect(await send(`${asked}/1/reject`, reason, operator)).toBe('409 rotation-closed');
    expect(await send(asked, {})).toBe('202');
    expect(await send(`${asked}/2/approve`, { note: 'the contract' }, operator)).toBe('200');
    expect(await send(`${asked}/2/approve`, {}, operator)).toBe('200');
    expect(await send(`${asked}/2/cancel`, reason)).toBe('200');
    expect(await send(`${credentialPath(credentialId)}/policy`, { policy: { approvals: 0 }, ...reason }, admin, 'PATCH')).toBe('200');
    expect((await call(`${credentialPath(NOBODY)}/policy`)).status).toBe(404);
    expect(await send(`${credentialPath(credentialId)}/policy`, { policy: { approvals: 9 }, ...reason }, admin, 'PATCH')).toBe(
      '422 request-invalid',
    );
  });

  it.each([
    ['policy', 'PATCH', (graceMs: number) => ({ policy: { graceMs }, reason: 'the contract' })],
    ['schedule', 'PUT', (rotateEveryMs: number) => ({ schedule: { rotateEveryMs: 86_400_000 + rotateEveryMs } })],
  ])('%s is changed by %s only as it was read', async (part, method, bodyOf) => {
    const path = `${credentialPath(await aKey())}/${part}`;
    const change = (number: number, tag: string) =>
      call(path, { method, body: JSON.stringify(bodyOf(number)), headers: { ...json, 'if-match': tag } });
    const seen = (await call(path)).headers.get('etag') ?? '';
    const changed = await change(1_000, seen);
    expect(changed.status).toBe(200);
    const next = changed.headers.get('etag') ?? '';
    expect(next).not.toBe(seen);
    expect((await call(path)).headers.get('etag')).toBe(next);
    const late = await change(2_000, seen);
    expect([late.status, Problem.parse(await late.json()).code]).toEqual([412, 'credential-changed']);
    expect((await change(2_000, next)).status).toBe(200);
  });
};
