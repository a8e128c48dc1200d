import { randomUUID } from 'node:crypto';
import { ListCredentials } from '@keyturn/contracts/queries';
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

  const register = async (address: string): Promise<void> => {
    const data = { credentialId: uuidv7(), address, credentialType: 'generic', publicFields: {}, issuer: null };
    const secret = new Sensitive({ fields: { value: 'not searched' } });
    expect(await vault.client(ADMIN).command('credential.register', data, { commandId: randomUUID(), secret })).toMatchObject({ ok: true });
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

  it('finds nothing where there is nothing', async () => {
    const page = await listCredentials(vault.pool, ListCredentials.parse({ search: 'nowhere' }), options);
    expect(page).toEqual({ items: [], nextCursor: null, total: 0, totalIsAtLeast: false });
  });
});
