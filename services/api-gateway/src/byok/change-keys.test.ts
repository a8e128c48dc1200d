import { refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { SAMPLE_CREDENTIAL } from '../samples/credential.ts';
import { SAMPLE_KEY_ID } from '../samples/ids.ts';
import { memoryVault } from '../testing/memory-services.ts';
import { bearer, json, testApp } from '../testing/test-app.ts';

const KEY = `/api/v1/byok/keys/openai?key_id=${SAMPLE_KEY_ID}`;
const TAG = `"${SAMPLE_CREDENTIAL.revision}"`;
const OLDER = `/api/v1/auth/byok/keys/${SAMPLE_KEY_ID}`;

const send = async (method: string, path: string, body: object | null, headers: Record<string, string> = {}, vault = memoryVault()) => {
  const { app } = testApp({ vault });
  const sent = body === null ? { headers: {} } : json(body);
  const answer = await app.request(path, { method, ...sent, headers: { ...sent.headers, ...bearer('user'), ...headers } });
  const guards = vault.calls.flatMap(({ name, message }) =>
    'commandId' in (message as object) ? [[name, (message as { ifRevision?: string }).ifRevision]] : [],
  );
  return { answer, guards };
};

describe('a key of one’s own', () => {
  it('is read, saved and changed with the ETag on which somebody may decide', async () => {
    const read = await send('GET', KEY, null);
    expect([read.answer.status, read.answer.headers.get('etag')]).toEqual([200, TAG]);
    const changed = await send('PATCH', KEY, { label: 'Other' });
    expect([changed.answer.status, changed.answer.headers.get('etag')]).toEqual([200, TAG]);
  });

  it('is changed and deleted by whoever sends no If-Match, as an older system’s clients do', async () => {
    expect((await send('PATCH', KEY, { label: 'Other' })).guards).toEqual([['credential.change-details', undefined]]);
    expect((await send('DELETE', OLDER, null)).guards).toEqual([['credential.delete', undefined]]);
  });

  it('is changed by the first step alone on the revision that was seen: each step makes another', async () => {
    const { guards } = await send('PATCH', KEY, { enabled: true, label: 'Other' }, { 'if-match': '"1.7"' });
    expect(guards).toEqual([
      ['credential.enable', '1.7'],
      ['credential.change-details', undefined],
    ]);
    const { guards: other } = await send('PATCH', KEY, { label: 'Other', enabled: false }, { 'if-match': '"1.7"' });
    expect(other).toEqual([
      ['credential.change-details', '1.7'],
      ['credential.disable', undefined],
    ]);
    const { guards: last } = await send('PATCH', KEY, { enabled: false }, { 'if-match': '"1.7"' });
    expect(last).toEqual([['credential.disable', '1.7']]);
  });

  it.each([
    ['DELETE', KEY, 'credential.delete'],
    ['DELETE', '/api/v1/byok/keys/openai', 'credential.delete-only'],
    ['DELETE', OLDER, 'credential.delete'],
  ])('is deleted only as it was seen: %s %s', async (method, path, command) => {
    const vault = memoryVault({ [command]: refuse({ code: 'credential-changed', revision: '1.9' }) });
    const { answer, guards } = await send(method, path, null, { 'if-match': '"1.7"' }, vault);
    expect(guards).toEqual([[command, '1.7']]);
    expect([answer.status, await answer.json()]).toEqual([412, expect.objectContaining({ code: 'credential-changed' })]);
  });
});
