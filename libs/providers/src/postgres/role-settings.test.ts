import { describe, expect, it } from 'vitest';
import { copySettingsSql, type RoleSetting } from './role-settings.ts';

const copy = (wanted: readonly RoleSetting[], stale: readonly RoleSetting[] = []) =>
  copySettingsSql({ owner: 'orders', username: 'orders_kt1', wanted, stale });

describe('copySettingsSql', () => {
  it('lets the login act for the owner', () => expect(copy([])).toEqual([`ALTER ROLE "orders_kt1" SET "role" TO 'orders'`]));

  it('leaves the role to the owner, where that acts for another itself', () =>
    expect(copy([{ database: null, name: 'role', value: 'app' }])).toEqual([`ALTER ROLE "orders_kt1" SET "role" TO 'app'`]));

  it('takes lists apart, so that they are not read as one name', () =>
    expect(copy([{ database: 'shop', name: 'search_path', value: '"$user", public, "a, ""b"' }]).at(-1)).toBe(
      `ALTER ROLE "orders_kt1" IN DATABASE "shop" SET "search_path" TO '$user', 'public', 'a, "b'`,
    ));

  it('quotes every part of a name and every value', () =>
    expect(copy([{ database: null, name: 'app.tenant', value: "o'neill" }]).at(-1)).toBe(
      `ALTER ROLE "orders_kt1" SET "app"."tenant" TO 'o''neill'`,
    ));

  it('drops what an earlier version of the login had', () =>
    expect(
      copy(
        [],
        [
          { database: 'shop', name: 'work_mem', value: '1MB' },
          { database: null, name: 'role', value: 'orders' },
        ],
      ).slice(0, 2),
    ).toEqual([`ALTER ROLE "orders_kt1" IN DATABASE "shop" RESET ALL`, `ALTER ROLE "orders_kt1" RESET ALL`]));
});
