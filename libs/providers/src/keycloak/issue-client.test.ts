import { describe, expect, it } from 'vitest';
import { HANDLE } from './client-copy.ts';
import { issueClient } from './issue-client.ts';
import { realmAnswering } from './testing/realm-answering.ts';

const handleOf = (epoch: number, credentialId = 'c-1') => `keyturn:${credentialId}:1.${epoch}:2`;

describe('a second client beside a person’s', () => {
  /** What an attempt of epoch 2 comes to, where the realm has these clients besides, by client id with their handles. */
  const attempt = async (others: Readonly<Record<string, string>>) => {
    const clients = new Map(Object.entries({ orders: '', ...others }));
    const { realm, calls } = realmAnswering(({ method, path }) => {
      if (method === 'POST') return { status: 201 };
      if (path.endsWith('/client-secret')) return { body: { value: 'made' } };
      const clientId = path.startsWith('/clients?clientId=') ? path.split('=')[1] : 'orders';
      const isMade = calls.includes('POST /clients') && clientId !== 'orders' && !clients.has(clientId ?? '');
      const handle = isMade ? handleOf(2) : clients.get(clientId ?? '');
      const client = { id: `id-of-${clientId}`, clientId, attributes: { [HANDLE]: handle } };
      if (handle === undefined) return { body: [] };
      return { body: path === '/clients/model' ? client : [client] };
    });
    return { made: await issueClient(realm, { current: 'clients/model', handle: handleOf(2) }), calls };
  };

  it('has the first free id of the pair, whoever has the other one', async () => {
    expect((await attempt({})).made).toMatchObject({ value: { publicFields: { clientId: 'orders-kt1' } } });
    for (const other of ['', handleOf(1), handleOf(9, 'c-2')])
      expect((await attempt({ 'orders-kt1': other })).made).toMatchObject({ value: { publicFields: { clientId: 'orders-kt2' } } });
  });
  it.each(['orders-kt1', 'orders-kt2'])('is refused to a try that comes late: a newer rotation has made %s', async (clientId) => {
    const { made, calls } = await attempt({ [clientId]: handleOf(3) });
    expect(made).toMatchObject({ refusal: { code: 'stale-epoch', found: { epoch: 3 } } });
    expect(calls).not.toContain('POST /clients');
  });
  it('is made by one try of a rotation only', async () => {
    expect((await attempt({ 'orders-kt1': handleOf(2) })).made).toMatchObject({ refusal: { code: 'provider-unreachable' } });
  });
});
