import { describe, expect, it } from 'vitest';
import { openAiAdminApi } from './admin-api.ts';
import { keyShownAs } from './find-key.ts';
import { keyOfAccount, listKeys, premisesOf, seeAccounts } from './project.ts';

const HOME = 'organization/projects/proj_shop/service_accounts';
const caller = { token: 'of-the-issuer', baseUrl: 'https://openai.example/v1' };

const answering = (...data: readonly unknown[]) => {
  const text = JSON.stringify({ data, has_more: false, last_id: null });
  return openAiAdminApi({
    http: { send: async () => ({ status: 200, text, retryAfterSeconds: null, date: null }) },
    wait: async () => undefined,
  });
};
const unlike = { ok: false, refusal: { code: 'provider-unreachable' } };

describe('a list of service accounts', () => {
  const list = (...accounts: readonly unknown[]) => premisesOf(answering(...accounts), caller).list(HOME);
  const ours = { id: 'user-1', name: 'keyturn:c-1:1.1:2' };

  it('leaves out others’ that are unlike what we know', async () => {
    const found = [{ name: ours.name, providerId: `${HOME}/user-1` }];
    expect(await list({ id: 'a/b', name: 'by hand' }, { id: 'user-2', name: null }, ours)).toEqual({ ok: true, value: found });
    expect(await seeAccounts(answering({ id: 'a/b', name: 'by hand' }), caller, 'proj_shop')).toMatchObject({ ok: true });
  });
  it('is none where one of ours is unlike what we know', async () => expect(await list({ ...ours, id: 'a/b' })).toMatchObject(unlike));
});

describe('a list of keys', () => {
  const key = { id: 'key_1', redacted_value: 'sk-proj...AbCd', owner: { type: 'user' } };
  const ownedBy = (id: string, name: string) => ({ type: 'service_account', service_account: { id, name } });
  const list = (odd: unknown, sought = keyShownAs('sk-proj-0123456789-AbCd')) =>
    listKeys(answering(odd, key), caller, { projectId: 'proj_shop', sought });

  it.each([
    ['has another id', { ...key, id: 'a/b', redacted_value: 'sk-proj...WxYz' }],
    ['was used at no time', { ...key, last_used_at: 'today', redacted_value: 'sk-proj...WxYz' }],
    ['is of nobody', { id: 'key_2', redacted_value: 'sk-proj...WxYz' }],
    ['is nothing', null],
  ])('leaves out what is unlike what we know: it %s', async (_how, odd) =>
    expect(await list(odd)).toMatchObject({ ok: true, value: { items: [key] } }),
  );
  it.each([
    ['says not whose it is', { ...key, owner: null }, keyOfAccount('user-1')],
    ['names its account in another way', { ...key, owner: { type: 'service_account', account: 'user-1' } }, keyOfAccount('user-1')],
    ['is of an account of ours', { id: 'key_2', owner: ownedBy('user-1', 'keyturn:c-1:1.1:2') }, undefined],
    ['is shown as the one that is sought', { ...key, id: 'a/b' }, undefined],
    [
      'is of the account whose use is sought',
      { ...key, last_used_at: 'today', owner: ownedBy('user-1', 'renamed') },
      keyOfAccount('user-1'),
    ],
  ])('is none where what is unlike what we know %s', async (_whose, odd, sought) => expect(await list(odd, sought)).toMatchObject(unlike));
});
