import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { listTokens } from '../cloudflare/issue-token.ts';
import { premisesOf as clientsOf } from '../keycloak/clients.ts';
import { realmAnswering } from '../keycloak/testing/realm-answering.ts';
import { keyOfAccount, listKeys, premisesOf as accountsOf } from '../openai/project.ts';
import { MOST_PAGES, readAllPages } from './all-pages.ts';
import { type IssuerCalls, unreachable } from './issuer-calls.ts';

const caller = { token: 'of-the-issuer', baseUrl: 'https://provider.example' };
const endless = { ok: false, refusal: { code: 'provider-unreachable', sentence: expect.stringContaining("doesn't end within 200 pages") } };

/** A provider that has another page after each, however often it is asked. */
const answering = (page: (asked: number) => unknown) => {
  let asked = 0;
  const api: IssuerCalls = async (_caller, _call, schema) => ok({ body: schema.parse(page((asked += 1))), at: null });
  return { api, asked: () => asked };
};
const named = (count: number, page: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `id-${page}-${index}`, name: 'by hand' }));

describe('a list that is read page by page', () => {
  it('is read to its end, or up to what is refused', async () => {
    const upTo = (last: number) => async (from: number) => ok({ items: [from], next: from < last ? from + 1 : null });
    expect(await readAllPages('Provider', 1, upTo(MOST_PAGES))).toMatchObject({ ok: true, value: { length: MOST_PAGES } });
    expect(await readAllPages('Provider', 1, upTo(MOST_PAGES + 1))).toMatchObject(endless);
    expect(await readAllPages('Provider', 1, async () => refuse(unreachable('Gone.')))).toMatchObject({ refusal: { sentence: 'Gone.' } });
  });
  it('is given up where it has no end: tokens at Cloudflare', async () => {
    const { api, asked } = answering((page) => ({ result: named(50, page) }));
    expect(await listTokens(api, caller, 'user/tokens')).toMatchObject(endless);
    expect(asked()).toBe(MOST_PAGES);
  });
  it('is given up where it has no end: keys and service accounts at OpenAI', async () => {
    const key = { redacted_value: 'sk-...AbCd', owner: { type: 'user' } };
    const { api, asked } = answering((page) => ({ data: [{ id: `id-${page}`, name: 'x', ...key }], has_more: true, last_id: 'id-1' }));
    expect(await listKeys(api, caller, { projectId: 'proj_shop', sought: keyOfAccount('user-1') })).toMatchObject(endless);
    expect(await accountsOf(api, caller).list('organization/projects/proj_shop/service_accounts')).toMatchObject(endless);
    expect(asked()).toBe(2 * MOST_PAGES);
  });
  it('is given up where it has no end: clients at Keycloak', async () => {
    const { realm, calls } = realmAnswering(({ path }) => {
      const first = Number(new URLSearchParams(path.split('?')[1]).get('first'));
      return { body: Array.from({ length: 100 }, (_, index) => ({ id: `c${first + index}`, clientId: `orders${first + index}-kt1` })) };
    });
    const fence = { credentialId: 'c-1', incarnation: 1, epoch: 1, version: 2 };
    expect(await clientsOf(realm, fence).list('clients')).toMatchObject(endless);
    expect(calls).toHaveLength(MOST_PAGES);
  });
});
