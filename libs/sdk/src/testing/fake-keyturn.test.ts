import { describe, expect, it } from 'vitest';
import { fakeKeyturn } from './fake-keyturn.ts';

const ADDRESS = 'system.postgres.orders';

describe('the fake', () => {
  it('rotates by hand what a service has taken', async () => {
    const fake = fakeKeyturn({ fields: { [ADDRESS]: { username: 'orders', password: 'one' } } });
    const secret = await fake.keyturn.secret(ADDRESS);
    const drained: string[] = [];
    const client = await fake.keyturn.derived(secret, {
      build: (fields) => fields['password'] ?? '',
      probe: (password) => (password === 'bad' ? Promise.reject(new TypeError('no')) : Promise.resolve()),
      drain: (password) => Promise.resolve(void drained.push(password)),
    });
    expect(await fake.preflight(ADDRESS, { username: 'orders_kt1', password: 'new' })).toMatchObject({ ok: true });
    expect([client(), drained.splice(0)]).toEqual(['one', ['new']]);
    expect(await fake.rotate(ADDRESS, { username: 'orders_kt1', password: 'bad' })).toEqual({
      ok: false,
      sentence: 'the probe failed: TypeError',
    });
    expect([client(), drained]).toEqual(['one', ['bad']]);
    expect(await fake.rotate(ADDRESS, { username: 'orders_kt1', password: 'two' })).toMatchObject({ ok: true });
    expect([client(), secret().reveal()['username'], fake.holds(ADDRESS)]).toEqual(['two', 'orders_kt1', [4]]);
    await fake.keyturn.close();
  });
});
