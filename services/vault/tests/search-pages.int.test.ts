import { randomUUID } from 'node:crypto';
import { CREDENTIAL_SORTS, ListCredentials } from '@keyturn/contracts/queries';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listCredentials } from '../src/adapters/postgres/list-credentials.ts';
import { ADMIN, type TestVault, testVault } from './test-vault.ts';

const FOUND = 7;
const PAGE = 3;

/** Gathered and sorted, or too many for that and walked to. */
describe.each([{ gathered: FOUND }, { gathered: FOUND - 1 }])('a search that gathers $gathered at most', (options) => {
  let vault: TestVault;
  beforeAll(async () => {
    vault = await testVault();
    for (const number of [4, 2, 6, 1, 7, 3, 5]) await register(`system.searched.found-${number}`);
    await register('system.other.one');
  });
  afterAll(() => vault.dispose());

  const register = async (address: string): Promise<string> => {
    const data = { credentialId: uuidv7(), address, credentialType: 'generic', publicFields: {}, issuer: null };
    const secret = new Sensitive({ fields: { value: 'not searched' } });
    expect(await vault.client(ADMIN).command('credential.register', data, { commandId: randomUUID(), secret })).toMatchObject({ ok: true });
    return data.credentialId;
  };

  const pages = async (order: 'asc' | 'desc'): Promise<string[][]> => {
    const seen: string[][] = [];
    let cursor: string | null = null;
    do {
      const asked = ListCredentials.parse({ search: 'SEARCHED', order, limit: PAGE, ...(cursor !== null && { cursor }) });
      const page = await listCredentials(vault.pool, asked, options);
      expect(page).toMatchObject({ total: FOUND, totalIsAtLeast: false });
      seen.push(page.items.map(({ address }) => address.slice('system.searched.found-'.length)));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return seen;
  };

  it('pages forwards and backwards, and counts all of it on each page', async () => {
    expect(await pages('asc')).toEqual([['1', '2', '3'], ['4', '5', '6'], ['7']]);
    expect(await pages('desc')).toEqual([['7', '6', '5'], ['4', '3', '2'], ['1']]);
  });

  it.each(CREDENTIAL_SORTS)('finds all of it sorted by %s, beside filters of each kind too', async (sort) => {
    const filters = [{}, { scope: 'system' }, { service: 'searched' }, { status: 'active' as const }, { untested: true }];
    for (const filter of filters) {
      const asked = ListCredentials.parse({ search: 'searched', sort, ...filter });
      const page = await listCredentials(vault.pool, asked, options);
      expect(page.items.map(({ address }) => address).toSorted()).toEqual(
        [1, 2, 3, 4, 5, 6, 7].map((number) => `system.searched.found-${number}`),
      );
    }
    for (const filter of [
      { scope: 'user-of-nobody' },
      { service: 'other' },
      { status: 'disabled' as const },
      { tag: 'none' },
      { owner: 'nobody' },
    ])
      expect(await listCredentials(vault.pool, ListCredentials.parse({ search: 'searched', sort, ...filter }), options)).toMatchObject({
        total: 0,
      });
  });

  it('looks through what a change has made of it, and not through what was deleted', async () => {
    const found = async (search: string): Promise<readonly string[]> =>
      (await listCredentials(vault.pool, ListCredentials.parse({ search }), options)).items.map(({ address }) => address);
    const credentialId = await register('system.changing.one');
    await vault
      .client(ADMIN)
      .command('credential.change-details', { credentialId, changes: { tags: ['billing'] } }, { commandId: randomUUID() });
    expect(await found('billing')).toEqual(['system.changing.one']);
    await vault
      .client(ADMIN)
      .command('credential.change-details', { credentialId, changes: { tags: ['payroll'] } }, { commandId: randomUUID() });
    expect([await found('billing'), await found('payroll')]).toEqual([[], ['system.changing.one']]);
    const sent = { credentialId, confirm: 'system.changing.one', reason: 'not used', leftAliveBecause: 'nobody takes it' };
    expect(await vault.client(ADMIN).command('credential.delete', sent, { commandId: randomUUID() })).toMatchObject({ ok: true });
    expect(await found('payroll')).toEqual([]);
  });

  it('finds nothing where there is nothing', async () => {
    const page = await listCredentials(vault.pool, ListCredentials.parse({ search: 'nowhere' }), options);
    expect(page).toEqual({ items: [], nextCursor: null, total: 0, totalIsAtLeast: false });
  });
});
