import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import type { VaultCommandName } from '@keyturn/contracts/commands';
import type { VaultQueryName } from '@keyturn/contracts/queries';
import { legacyUserScope, userScope } from '@keyturn/contracts/scopes';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, AUDITOR, grant, testVault, type TestVault } from './test-vault.ts';

const TOKEN = 'aB3'.repeat(20);
const FROM_ENVIRONMENT = 'eN4'.repeat(20);
const ISSUER = 'https://sso.test/realms/main';
const DNS: Actor = { kind: 'program', id: 'consumer-dns', roles: ['consumer:dns'] };

let vault: TestVault;
/** Sealing keys are opened with the KEK too; no value of a credential is, while this says so. */
let mayUnwrap = true;

beforeAll(async () => {
  vault = await testVault({
    environment: { CLOUDFLARE_API_TOKEN: FROM_ENVIRONMENT, CLOUDFLARE_ACCOUNT_ID: '', CLOUDFLARE_API_BASE_URL: 'https://cf.test/v4' },
    guardKeys: (wrapper) => ({
      ...wrapper,
      unwrap: (wrapped, context) => {
        if (!mayUnwrap && 'version' in context) throw new Error('a value was opened');
        return wrapper.unwrap(wrapped, context);
      },
    }),
  });
  await grant(vault, 'dns', '*.*.*');
});
afterAll(() => vault.dispose());

const command = (name: VaultCommandName, data: object, fields?: Readonly<Record<string, string>>, actor = ADMIN) =>
  vault.client(actor).command(name, data, {
    commandId: randomUUID(),
    ...(fields === undefined ? {} : { secret: new Sensitive({ fields }) }),
  });
const query = async <Answered = never>(name: VaultQueryName, data: object) => {
  const answer = await vault.client(ADMIN).query(name, data);
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
  return answer.value.value as Answered;
};
const register = async (address: string, changes: object = {}, fields: Readonly<Record<string, string>> = { token: TOKEN }) => {
  const credentialId = uuidv7();
  const said = address.startsWith('system.') ? {} : { origin: { kind: 'import', source: 'env', reference: address } };
  const data = { credentialId, address, credentialType: 'cloudflare_api_token', publicFields: {}, untested: 'import', ...said, ...changes };
  const made = await command('credential.register', data, fields);
  if (!made.ok) throw new Error(JSON.stringify(made.refusal));
  return credentialId;
};
type Seen = { credentialId: string; address: string; isDefault: boolean; [detail: string]: unknown };
const view = async (credentialId: string): Promise<Seen> => query('credential.get', { credentialId });
const list = async (asked: object): Promise<{ items: Seen[]; nextCursor: string | null; total: number; totalIsAtLeast: boolean }> =>
  query('credential.list', asked);
const addresses = async (asked: object) => (await list(asked)).items.map(({ address }) => address);
const typesSince = async (position: number) => (await vault.log.read(position, 100)).map(({ type }) => type);
const head = async () => (await vault.events()).at(-1)?.position ?? 0;

const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('the default of a service in a scope', () => {
  it('is one: setting a new one clears the old one, in the table, the view and the log', async () => {
    const one = await register('system.marks.one', { isDefault: true });
    const two = await register('system.marks.two', { isDefault: true });
    expect([(await view(one)).isDefault, (await view(two)).isDefault]).toEqual([false, true]);
    await command('credential.change-details', { credentialId: one, changes: {}, isDefault: true });
    expect([(await view(one)).isDefault, (await view(two)).isDefault]).toEqual([true, false]);
    expect(await addresses({ service: 'marks', isDefault: true })).toEqual(['system.marks.one']);
    await command('credential.change-details', { credentialId: one, changes: {}, isDefault: false });
    expect(await addresses({ service: 'marks', isDefault: true })).toEqual([]);
  });
  it('is asked for twice and recorded once', async () => {
    const one = await register('system.again.one', { isDefault: true });
    const before = await head();
    await command('credential.change-details', { credentialId: one, changes: {}, isDefault: true });
    expect(await typesSince(before)).toEqual([]);
  });
  it('is one of many that want it at once', async () => {
    const ids = await Promise.all(['a', 'b', 'c', 'd'].map((name) => register(`system.race.${name}`)));
    await Promise.all(ids.map((credentialId) => command('credential.change-details', { credentialId, changes: {}, isDefault: true })));
    const marked = (await Promise.all(ids.map(view))).filter(({ isDefault }) => isDefault);
    expect(marked.map(({ address }) => address)).toEqual(await addresses({ service: 'race', isDefault: true }));
    expect(marked).toHaveLength(1);
  });
  it('is the same in the table and in the log, whoever takes the mark while another gives it up', async () => {
    const [one, two] = [await register('system.relay.one', { isDefault: true }), await register('system.relay.two')];
    const want = (credentialId: string, isDefault: boolean) =>
      command('credential.change-details', { credentialId, changes: {}, isDefault });
    for (let round = 0; round < 10; round += 1) {
      const [giver, taker] = round % 2 === 0 ? [one, two] : [two, one];
      await Promise.all([want(taker, true), want(giver, false)]);
      expect([(await view(giver)).isDefault, (await view(taker)).isDefault]).toEqual([false, true]);
      expect(await addresses({ service: 'relay', isDefault: true })).toEqual([(await view(taker)).address]);
    }
  });
  it('is the one that took the mark while the one before was being deleted', async () => {
    for (const round of [1, 2, 3]) {
      const before = `system.heirs.a${round}`;
      const [old, heir] = [await register(before, { isDefault: true }), await register(`system.heirs.b${round}`)];
      const said = { credentialId: old, confirm: before, reason: 'a test', leftAliveBecause: 'a test' };
      const answers = await Promise.all([
        command('credential.change-details', { credentialId: heir, changes: {}, isDefault: true }),
        command('credential.delete', said),
      ]);
      expect(answers.every(({ ok }) => ok)).toBe(true);
      expect(await addresses({ service: 'heirs', isDefault: true })).toEqual([`system.heirs.b${round}`]);
    }
  });
  it('is another one in each scope', async () => {
    await register('system.scoped.one', { isDefault: true });
    await register(`${userScope(ISSUER, 'mia')}.scoped.one`, { isDefault: true });
    expect(await addresses({ service: 'scoped', isDefault: true })).toHaveLength(2);
  });
});

describe('details', () => {
  it('come with the registration and are changed one by one', async () => {
    const origin = { kind: 'import', source: 'fernet', reference: 'encrypted_credentials/1', lastUsedAt: '2025-10-03T12:00:00Z' };
    const details = { displayName: 'DNS', labels: { a: '1', b: '2' }, tags: ['x', 'x', 'b'], owner: 'ops', notes: 'n' };
    const id = await register('system.details.one', { ...details, expiresAt: '2027-01-01T00:00:00+02:00', origin, untested: 'import' });
    expect(await view(id)).toMatchObject({
      ...details,
      tags: ['b', 'x'],
      expiresAt: '2026-12-31T22:00:00.000Z',
      origin,
      untested: 'import',
    });
    const changes = { labels: { a: null, c: '3' }, owner: null, displayName: 'Names' };
    expect(await command('credential.change-details', { credentialId: id, changes })).toMatchObject({ ok: true });
    expect(await view(id)).toMatchObject({ displayName: 'Names', labels: { b: '2', c: '3' }, owner: null, notes: 'n', tags: ['b', 'x'] });
    const before = await head();
    await command('credential.change-details', { credentialId: id, changes });
    expect(await typesSince(before)).toEqual([]);
  });
  it('are not for auditors to change', async () => {
    const id = await register('system.details.two');
    expect(await command('credential.change-details', { credentialId: id, changes: { owner: 'me' } }, undefined, AUDITOR)).toMatchObject({
      refusal: { code: 'not-allowed' },
    });
  });
});

describe('a new value by hand', () => {
  it('is the next version, current and untested; the old one is superseded, and nobody revokes it', async () => {
    // Without its API user, a key of NameCheap can't be tested.
    const untestable = { credentialType: 'namecheap_api_key', untested: undefined };
    const id = await register('system.values.one', untestable, { apiKey: TOKEN });
    const before = await head();
    const staged = await command('credential.stage-value', { credentialId: id }, { apiKey: 'nEw'.repeat(20) });
    expect(staged).toMatchObject({ ok: true, value: { value: { version: 2, generation: 2 } } });
    expect(await typesSince(before)).toEqual(['credential.version-staged', 'credential.rotated', 'credential.version-superseded']);
    const { versions } = (await view(id)) as unknown as { versions: { version: number; status: string; untested: string | null }[] };
    expect(versions.map(({ version, status, untested }) => [version, status, untested])).toEqual([
      [2, 'current', 'no-test'],
      [1, 'superseded', 'no-test'],
    ]);
    expect((await list({ service: 'values' })).items[0]).toMatchObject({ untested: 'no-test', masks: { apiKey: 'nEwn...wnEw' } });
  });
  it('must fit its type', async () => {
    const id = await register('system.values.two');
    expect(await command('credential.stage-value', { credentialId: id }, { token: 'short' })).toMatchObject({
      refusal: { code: 'fields-invalid' },
    });
  });
});

describe('what a rotation needs', () => {
  it('may be missing where only a password was imported, until a rotation is asked', async () => {
    const type = { credentialType: 'database_password' };
    const id = await register('system.bare.one', type, { password: 'p@ss "q\' %é漢' });
    const managed = { ...type, issuer: id, credentialId: uuidv7(), address: 'system.bare.two', publicFields: { host: 'h' } };
    expect(await command('credential.register', managed, { password: 'x' })).toMatchObject({
      refusal: { code: 'fields-missing', fields: 'port, database, username' },
    });
    expect(await command('rotation.request', { credentialId: id })).toMatchObject({ refusal: { code: 'issuer-missing' } });
  });
});

describe('the list', () => {
  const names = ['delta', 'alpha', 'charlie', 'bravo'];
  const of = (name: string) => `system.sorted.${name}`;
  beforeAll(async () => {
    for (const [index, name] of names.entries()) {
      await register(of(name), {
        displayName: `Sorted ${index}%`,
        tags: [index % 2 === 0 ? 'even' : 'odd'],
        ...(index === 0 ? {} : { owner: `owner-${index}`, expiresAt: `2030-01-0${index}T00:00:00Z` }),
      });
    }
  });
  /** All of what is asked for, a page of one at a time; there are four. */
  const walked = async (asked: object) => {
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await list({ ...asked, limit: 1, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ address }) => address));
      expect([page.total, page.totalIsAtLeast]).toEqual([4, false]);
      cursor = page.nextCursor;
    } while (cursor);
    return seen;
  };
  it.each([
    ['address', ['alpha', 'bravo', 'charlie', 'delta']],
    ['name', ['alpha', 'bravo', 'charlie', 'delta']],
    ['created', names],
    ['updated', names],
    ['owner', ['alpha', 'charlie', 'bravo', 'delta']],
    ['expires', ['alpha', 'charlie', 'bravo', 'delta']],
    ['service', ['alpha', 'bravo', 'charlie', 'delta']],
    ['type', ['alpha', 'bravo', 'charlie', 'delta']],
    ['rotated', ['alpha', 'bravo', 'charlie', 'delta']],
  ])('is paged by %s, up and down, each credential once', async (sort, wanted) => {
    const walk = (order: string, filter: object = {}) => walked({ service: 'sorted', ...filter, sort, order });
    expect(await walk('asc')).toEqual(wanted.map(of));
    expect(await walk('desc')).toEqual(wanted.map(of).toReversed());
    // What is searched for is gathered, not walked to, and comes in the same order.
    expect(await walk('asc', { search: 'sorted' })).toEqual(wanted.map(of));
    expect(await walk('desc', { search: 'sorted' })).toEqual(wanted.map(of).toReversed());
  });
  it('is paged by version and by generation, as numbers, up and down', async () => {
    const untestable = { credentialType: 'namecheap_api_key', untested: undefined };
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => `system.valued.${name}`);
    const timesOf = new Map([[b, 10]]).set(d, 1);
    for (const address of [a!, b!, c!, d!]) {
      const credentialId = await register(address, untestable, { apiKey: TOKEN });
      for (let left = timesOf.get(address) ?? 0; left > 0; left -= 1) {
        await command('credential.stage-value', { credentialId }, { apiKey: `nEw${left}`.padEnd(40, 'w') });
      }
    }
    for (const sort of ['version', 'generation']) {
      expect(await walked({ service: 'valued', sort, order: 'asc' })).toEqual([a, c, d, b]);
      expect(await walked({ service: 'valued', sort, order: 'desc' })).toEqual([b, d, c, a]);
      expect(await walked({ search: 'valued', sort, order: 'desc' })).toEqual([b, d, c, a]);
    }
  });
  it('is paged by status, up and down, each credential once', async () => {
    const standing = ['off-a', 'on-b', 'off-c', 'on-d'].map((name) => `system.standing.${name}`);
    for (const address of standing) {
      const credentialId = await register(address);
      if (address.includes('off')) await command('credential.disable', { credentialId, reason: 'not used' });
    }
    const [a, b, c, d] = standing;
    expect(await walked({ service: 'standing', sort: 'status', order: 'asc' })).toEqual([b, d, a, c]);
    expect(await walked({ service: 'standing', sort: 'status', order: 'desc' })).toEqual([c, a, d, b]);
    expect(await walked({ search: 'standing', sort: 'status', order: 'desc' })).toEqual([c, a, d, b]);
  });
  it.each([
    [{ search: 'ARLI' }, ['charlie']],
    [{ search: 'sorted 2%' }, ['charlie']],
    [{ search: 'sorted 2_' }, []],
    [{ search: 'al' }, []],
    [{ search: 'sort', owner: 'owner-3' }, ['bravo']],
    [{ search: 'SORTED 3', tag: 'odd' }, ['bravo']],
    [{ tag: 'odd' }, ['alpha', 'bravo']],
    [{ owner: 'owner-2' }, ['charlie']],
    [{ scope: 'user-nobody' }, []],
    [{ status: 'disabled' }, []],
    [{ status: 'active', tag: 'odd' }, ['alpha', 'bravo']],
    [{ credentialType: 'generic' }, []],
    [{ untested: false }, []],
    [{ untested: true, tag: 'even' }, ['charlie', 'delta']],
    [{ expiresBefore: '2030-01-03T00:00:00Z' }, ['alpha', 'charlie']],
  ])('filters by %j', async (filter, wanted) => expect(await addresses({ service: 'sorted', ...filter })).toEqual(wanted.map(of)));
  it('takes two letters for a whole name', async () => {
    await register('system.short.eu');
    expect(await addresses({ search: 'EU' })).toEqual(['system.short.eu']);
  });
  it.each([
    ['is no JSON', 'nonsense'],
    ['is empty', ''],
    ['is of an older form', cursorOf(['a', 'b'])],
    ['holds a NUL', cursorOf(['address', 'asc', '\0', 'a'])],
    ['holds half a character', cursorOf(['address', 'asc', 'a', '\ud800'])],
    ['is of another order', cursorOf(['address', 'desc', 'a', 'b'])],
    ['is of another sort', cursorOf(['owner', 'asc', 'a', 'b'])],
    ['holds a number', cursorOf(['address', 'asc', 1, 'b'])],
  ])('refuses a cursor that %s', async (_why, cursor) =>
    expect(await vault.client(ADMIN).query('credential.list', { cursor })).toMatchObject({
      refusal: { code: 'message-invalid', issues: [expect.stringMatching(/^cursor: /)] },
    }),
  );
  it('goes on behind the longest owner', async () => {
    const owner = '\u0001'.repeat(200);
    for (const name of ['one', 'two']) await register(`system.long-owners.${name}`, { owner });
    const first = await list({ service: 'long-owners', sort: 'owner', limit: 1 });
    const next = await list({ service: 'long-owners', sort: 'owner', limit: 1, cursor: first.nextCursor });
    expect([...first.items, ...next.items].map(({ address }) => address)).toEqual(['system.long-owners.one', 'system.long-owners.two']);
  });
  it('refuses a NUL instead of breaking', async () =>
    expect(await vault.client(ADMIN).query('credential.list', { search: 'a\0b' })).toMatchObject({ refusal: { code: 'message-invalid' } }));
  it('opens no value, nor do the views', async () => {
    mayUnwrap = false;
    try {
      const { items } = await list({ service: 'sorted' });
      for (const { credentialId } of items) await view(credentialId);
      expect(items[0]).toMatchObject({ masks: { token: 'aB3a...3aB3' } });
      // What does open one fails here, so the wrapper would have told.
      await expect(resolve({ service: 'sorted' })).rejects.toBeInstanceOf(Error);
    } finally {
      mayUnwrap = true;
    }
  });
});

const resolve = async (asked: { user?: string | undefined; service?: string; shownBy?: 'token' | undefined }, actor: Actor = DNS) => {
  const { user, service = 'cloudflare', shownBy = 'token' } = asked;
  const of = user === undefined ? {} : { user: { issuer: ISSUER, subject: user, shownBy } };
  const data = { consumer: 'dns', service, credentialType: 'cloudflare_api_token', ...of };
  const answer = await vault
    .client(actor)
    .command('credential.resolve', data, { commandId: randomUUID(), wantsSecret: true, timeoutMs: 2_000 });
  return answer.ok ? { ok: true, value: answer.value.value, secret: answer.value.secret?.reveal() } : answer;
};

describe('resolving', () => {
  it('takes the environment’s while nothing is stored, and records it', async () => {
    const answer = await resolve({ user: 'ada' });
    expect(answer).toMatchObject({
      value: { source: 'environment', credentialId: null, address: 'system.cloudflare.environment' },
      secret: { fields: { token: FROM_ENVIRONMENT, apiBaseUrl: 'https://cf.test/v4' } },
    });
    const used = (await vault.events()).at(-1);
    expect(used).toMatchObject({
      type: 'environment.used',
      stream: 'access-environment',
      data: { variables: ['CLOUDFLARE_API_TOKEN', 'CLOUDFLARE_API_BASE_URL'], recipient: 'dns' },
    });
    expect(JSON.stringify(await vault.events())).not.toContain(FROM_ENVIRONMENT);
    expect(await query('environment.list', {})).toMatchObject({ items: [{ masks: { token: 'eN4e...4eN4' }, overruled: false }] });
  });
  it('takes the system’s before the environment’s, the default first, and the person’s own before both', async () => {
    await register('system.cloudflare.a');
    expect(await resolve({ user: 'ada' })).toMatchObject({ value: { source: 'system', address: 'system.cloudflare.a' } });
    expect(await query('environment.list', {})).toMatchObject({ items: [{ overruled: true }] });
    await register('system.cloudflare.b', { isDefault: true });
    expect(await resolve({})).toMatchObject({ value: { source: 'system', address: 'system.cloudflare.b' } });
    const own = `${userScope(ISSUER, 'ada')}.cloudflare.mine`;
    await register(own, {}, { token: 'oWn'.repeat(20) });
    expect(await resolve({ user: 'ada' })).toMatchObject({
      value: { source: 'user', address: own, version: 1 },
      secret: { fields: { token: 'oWn'.repeat(20) } },
    });
    expect((await vault.events()).at(-1)).toMatchObject({ type: 'secret.revealed', data: { address: own, recipient: 'dns' } });
    expect(await resolve({ user: 'bob' })).toMatchObject({ value: { address: 'system.cloudflare.b' } });
  });
  it('passes over what is disabled', async () => {
    const own = await register(`${userScope(ISSUER, 'zoe')}.cloudflare.mine`);
    await command('credential.disable', { credentialId: own, reason: 'on holiday' });
    expect(await addresses({ service: 'cloudflare', status: 'disabled' })).toEqual([`${userScope(ISSUER, 'zoe')}.cloudflare.mine`]);
    expect(await resolve({ user: 'zoe' })).toMatchObject({ value: { source: 'system' } });
  });
  it('gives a person what was imported for them under an older id, once it is said who that was', async () => {
    const address = `${legacyUserScope('user-0007')}.cloudflare.imported`;
    await register(address);
    expect(await resolve({ user: 'eve' })).toMatchObject({ value: { source: 'system' } });
    const who = { legacyId: 'user-0007', issuer: ISSUER, subject: 'eve' };
    expect(await query('legacy-user.find', { legacyIds: ['user-0007'] })).toEqual({
      items: [{ legacyId: 'user-0007', scope: legacyUserScope('user-0007'), issuer: null, subject: null }],
    });
    expect(await command('legacy-user.map', who)).toMatchObject({ value: { value: { scope: userScope(ISSUER, 'eve') } } });
    expect(await resolve({ user: 'eve' })).toMatchObject({ value: { source: 'user', address } });
    expect(await command('legacy-user.map', who)).toMatchObject({ ok: true });
    expect(await command('legacy-user.map', { ...who, subject: 'mallory' })).toMatchObject({ refusal: { code: 'legacy-user-mapped' } });
    expect(await query('legacy-user.find', { legacyIds: ['user-0007'] })).toMatchObject({ items: [{ subject: 'eve' }] });
  });
  it('is denied by default: to admins, to other programs, and beyond the grants; each time recorded', async () => {
    expect(await resolve({}, ADMIN)).toMatchObject({ refusal: { code: 'not-allowed' } });
    expect(await resolve({}, { ...DNS, roles: ['consumer:orders'] })).toMatchObject({ refusal: { code: 'not-allowed' } });
    await grant(vault, 'dns', 'system.cloudflare.a');
    expect(await resolve({ user: 'ada' })).toMatchObject({ refusal: { code: 'grant-missing' } });
    await grant(vault, 'dns', '*.*.*');
    const refused = (await vault.events()).filter(({ type }) => type === 'access.refused').slice(-3);
    expect(refused.map(({ data }) => (data as { refusalCode: string }).refusalCode)).toEqual([
      'not-allowed',
      'not-allowed',
      'grant-missing',
    ]);
  });
  it('says that there is nothing', async () =>
    expect(await resolve({ service: 'nowhere' })).toMatchObject({ refusal: { code: 'nothing-to-resolve' } }));
  it('never goes back to the environment’s while one is stored, disabled or not; once it is deleted, it does', async () => {
    const stored = await addresses({ service: 'cloudflare', scope: 'system' });
    expect(stored.length).toBeGreaterThan(1);
    const ids = await Promise.all(stored.map(async (address) => (await query<Seen>('credential.get', { address })).credentialId));
    for (const credentialId of ids) await command('credential.disable', { credentialId, reason: 'it leaked' });
    const before = await head();
    expect(await resolve({})).toMatchObject({ refusal: { code: 'credential-disabled' } });
    expect(await typesSince(before)).toEqual(['access.refused']);
    expect(await query('environment.list', {})).toMatchObject({ items: [{ overruled: true }] });
    for (const [index, credentialId] of ids.entries()) {
      const said = { credentialId, confirm: stored[index], reason: 'it leaked', leftAliveBecause: 'nobody can revoke it here' };
      expect(await command('credential.delete', said)).toMatchObject({ ok: true });
    }
    expect(await resolve({})).toMatchObject({ value: { source: 'environment' } });
  });
});
