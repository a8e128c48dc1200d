import { describe, expect, it } from 'vitest';
import { HANDLE } from './client-copy.ts';
import { premisesOf } from './clients.ts';
import { realmAnswering } from './testing/realm-answering.ts';

const credentialId = '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10';
const fence = { credentialId, incarnation: 1, epoch: 1, version: 2 };

describe('the clients of a realm', () => {
  const clients = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({ id: `c${from + index}`, clientId: `orders${from + index}-kt1` }));
  const pageOf = (all: readonly object[], path: string) => {
    const { first, max } = Object.fromEntries(new URLSearchParams(path.split('?')[1]));
    return all.slice(Number(first), Number(first) + Number(max));
  };

  it('are all found, also where one is deleted while they are listed', async () => {
    let all = clients(0, 250);
    const { realm, calls } = realmAnswering(({ path }) => {
      const body = pageOf(all, path);
      if (all.length === 250 && path.includes('first=99&')) all = clients(1, 250);
      return { body };
    });
    const listed = await premisesOf(realm, fence).list('clients');
    expect(listed).toMatchObject({ ok: true });
    expect(listed.ok && listed.value.map(({ providerId }) => providerId)).toEqual(clients(1, 250).map(({ id }) => `clients/${id}`));
    expect(calls[0]).toBe('GET /clients?clientId=-kt&search=true&first=0&max=100');
  });
  it('are not said to be all where they never stand still', async () => {
    let from = 0;
    const { realm } = realmAnswering(({ path }) => ({ body: pageOf(clients((from += 1), from + 250), path) }));
    expect(await premisesOf(realm, fence).list('clients')).toMatchObject({ refusal: { code: 'provider-unreachable' } });
  });
});

describe('the clients of a realm into which others import', () => {
  const ours = { [HANDLE]: `keyturn:${credentialId}:1.1:2` };
  const realmOf = (all: readonly object[]) =>
    realmAnswering(({ path }) => {
      const { first, max } = Object.fromEntries(new URLSearchParams(path.split('?')[1]));
      return { body: all.slice(Number(first), Number(first) + Number(max)) };
    });
  const list = async (all: readonly object[]) => {
    const listed = await premisesOf(realmOf(all).realm, fence).list('clients');
    return listed.ok ? listed.value.map(({ providerId }) => providerId) : listed.refusal.code;
  };

  it.each(['com.example.app', '019064d29bd27c6f8a110e5f3c7d9b10', 'a:b'])(
    'may have an id of ours like %s, which is ended by it',
    async (id) => {
      const { realm, calls } = realmAnswering(() => ({ body: { id, clientId: 'orders-kt1', attributes: ours } }));
      expect(await premisesOf(realm, fence).remove(`clients/${id}`)).toMatchObject({ ok: true });
      expect(calls).toEqual([`GET /clients/${id}`, `DELETE /clients/${id}`]);
    },
  );
  it('leave out what has an id that no path takes, wherever on a page it is', async () => {
    const odd = (id: string) => ({ id, clientId: 'shop-kt1' });
    const known = Array.from({ length: 99 }, (_, index) => ({ id: `c${index}`, clientId: `orders${index}-kt1` }));
    const found = await list([odd('a/b'), ...known.slice(0, 98), odd('../x'), { id: 'c-last', clientId: 'orders-kt2', attributes: ours }]);
    expect(found).toEqual([...known.slice(0, 98).map(({ id }) => `clients/${id}`), 'clients/c-last']);
  });
  it('are not said to be all where one of ours has such an id', async () =>
    expect(await list([{ id: 'a/b', clientId: 'orders-kt1', attributes: ours }])).toBe('provider-unreachable'));
});

describe('the end of a client’s secret', () => {
  const ending = (attributes: object, status = 200) =>
    realmAnswering(({ method }) => (method === 'GET' ? { body: { id: 'c', clientId: 'orders', enabled: true, attributes } } : { status }));

  it('is that of a client of ours', async () => {
    const { realm, calls } = ending({ [HANDLE]: `keyturn:${credentialId}:1.1:2` });
    expect(await premisesOf(realm, fence).remove('clients/c')).toMatchObject({ ok: true });
    expect(calls).toEqual(['GET /clients/c', 'DELETE /clients/c']);
  });
  it('comes before a person’s client is disabled, which looks dead from then on', async () => {
    const { realm, calls } = ending({});
    expect(await premisesOf(realm, fence).remove('clients/c')).toMatchObject({ ok: true });
    expect(calls.filter((call) => !call.startsWith('GET'))).toEqual(['POST /clients/c/client-secret', 'PUT /clients/c']);
  });
  it('leaves the client enabled, and so seen to be alive, where it can’t be replaced', async () => {
    const { realm, calls } = ending({}, 503);
    expect(await premisesOf(realm, fence).remove('clients/c')).toMatchObject({ refusal: { code: 'provider-unreachable' } });
    expect(calls).not.toContain('PUT /clients/c');
  });
});
