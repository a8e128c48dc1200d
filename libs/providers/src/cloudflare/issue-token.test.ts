import { describe, expect, it } from 'vitest';
import { cloudflareApi } from './cloudflare-api.ts';
import { listTokens } from './issue-token.ts';

const ID = 'ed17574386854bf78a67040be0a770b0';
const caller = { token: 'of-the-issuer', baseUrl: 'https://cloudflare.example' };

/** A Cloudflare that answers what is asked for the first time, the second time, and so on. */
const answering = (...results: readonly unknown[]) => {
  let asked = 0;
  const send = async () => ({ status: 200, text: JSON.stringify({ result: results[asked++] }), retryAfterSeconds: null, date: null });
  return { api: cloudflareApi({ http: { send }, wait: async () => undefined }) };
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
