import { describe, expect, it } from 'vitest';
import { findKey, isShownAs } from './find-key.ts';

describe('a key and how OpenAI shows it', () => {
  it.each(['sk-proj...AbCd', 'sk-proj-****************AbCd', 'sk-…AbCd'])('are the same in %s', (shown) =>
    expect(isShownAs('sk-proj-0123456789-AbCd', shown)).toBe(true),
  );
  it.each([
    ['ends otherwise', 'sk-proj...WxYz'],
    ['begins otherwise', 'sk-svcacct...AbCd'],
    ['is shown whole', 'sk-proj-0123456789-AbCd'],
    ['shows too little of its end', 'sk-proj...Cd'],
    ['is shorter than what is shown', 'sk-proj-0123456789...0123456789-AbCd'],
    ['is not shown at all', ''],
  ])('are not where one %s', (_why, shown) => expect(isShownAs('sk-proj-0123456789-AbCd', shown)).toBe(false));
});

describe('what finds the key of today', () => {
  const apiKey = 'sk-proj-0123456789-AbCd';
  const of = { apiKey, projectId: 'proj_shop', credentialId: 'c-1' };
  const ownedBy = (name?: string) => ({
    id: 'key_1',
    redacted_value: 'sk-proj...AbCd',
    owner: name === undefined ? { type: 'user' } : { type: 'service_account', service_account: { id: 'user-1', name } },
  });

  it('is the key itself where a person owns it', () =>
    expect(findKey([ownedBy()], of)).toEqual({ ok: true, value: 'organization/projects/proj_shop/api_keys/key_1' }));
  it('is the service account that was made for the credential', () =>
    expect(findKey([ownedBy('keyturn:c-1:1.1:2')], of)).toEqual({
      ok: true,
      value: 'organization/projects/proj_shop/service_accounts/user-1',
    }));
  it.each(['by hand', 'keyturn:c-2:1.1:2'])('is nothing where it is of an account that is another’s: %s', (name) =>
    expect(findKey([ownedBy(name)], of)).toMatchObject({
      ok: false,
      refusal: { code: 'provider-refused', sentence: expect.stringContaining('only with its account') },
    }),
  );
});
