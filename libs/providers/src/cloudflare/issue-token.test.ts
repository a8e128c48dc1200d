import { describe, expect, it } from 'vitest';
import { cloudflareApi } from './cloudflare-api.ts';
import { createToken, listTokens, type Token } from './issue-token.ts';
import { verifyToken } from './verify-token.ts';

const ID = 'ed17574386854bf78a67040be0a770b0';
const caller = { token: 'of-the-issuer', baseUrl: 'https://cloudflare.example' };

/** A Cloudflare that answers what is asked for the first time, the second time, and so on. */
const answering = (...results: readonly unknown[]) => {
  let asked = 0;
  const send = async () => ({ status: 200, text: JSON.stringify({ result: results[asked++] }), retryAfterSeconds: null, date: null });
  return { http: { send }, api: cloudflareApi({ http: { send }, wait: async () => undefined }) };
};

describe('a list of tokens', () => {
  const list = (...pages: readonly (readonly unknown[])[]) => listTokens(answering(...pages).api, caller, 'user/tokens');

  it('leaves out others’ that are unlike what we know, and goes on after a page with one', async () => {
    const byHand = Array.from({ length: 48 }, (_, index) => ({ id: `by-hand-${index}`, name: 'by hand' }));
    const odd = [{ id: 'a/b', name: 'by hand' }, { name: 7 }];
    const ours = { id: ID, name: 'keyturn:c-1:1.1:2' };
    expect(await list([...odd, ...byHand], [ours])).toEqual({ ok: true, value: [...byHand, ours] });
  });
  it('is none where one of ours is unlike what we know', async () =>
    expect(await list([{ id: 'a/b', name: 'keyturn:c-1:1.1:2' }])).toMatchObject({ refusal: { code: 'provider-unreachable' } }));
});

describe('a token that was made', () => {
  const model: Token = { id: ID, status: 'active', policies: [], issued_on: '2026-01-01T00:00:00Z', expires_on: '2026-01-31T00:00:00Z' };
  const end = '2026-03-31T00:00:00Z';
  const create = (expiry: object, from = model) => {
    const { api } = answering({ id: ID, value: 'v', ...expiry });
    return createToken(api, caller, { home: 'user/tokens', name: 'keyturn:c-1:1.1:2', model: from, now: new Date('2026-03-01T00:00:00Z') });
  };

  it.each([{ expires_on: 'in April' }, { expires_on: 7 }, { expires_on: null }, {}])(
    'is one whatever Cloudflare says of its end, which is the one that was asked for then: %j',
    async (expiry) => expect(await create(expiry)).toMatchObject({ ok: true, value: { providerId: `user/tokens/${ID}`, expiresAt: end } }),
  );
  it('ends when Cloudflare says so, and never where nobody said when', async () => {
    expect(await create({ expires_on: '2026-03-30T00:00:00Z' })).toMatchObject({ value: { expiresAt: '2026-03-30T00:00:00Z' } });
    const endless = await create({ expires_on: 'in April' }, { ...model, expires_on: null });
    expect(endless.ok && 'expiresAt' in endless.value).toBe(false);
  });
});

describe('the state of a token', () => {
  const fields = { token: 't', accountId: undefined, apiBaseUrl: caller.baseUrl };
  const verify = (result: object) => verifyToken(answering(result).http, fields);

  it('is unknown where Cloudflare has another word for it', async () =>
    expect(await verify({ id: ID, status: 'on hold' })).toMatchObject({ value: { status: 'unknown' } }));
  it.each([{ id: ID }, { id: ID, status: null }, { id: ID, status: 7 }])('is none where no word says it: %j', async (result) =>
    expect(await verify(result)).toMatchObject({ ok: false, refusal: { verdict: 'unreachable' } }),
  );
});
