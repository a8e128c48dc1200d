import { escapeIdentifier } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accepted, fenceOf, postgres, refused, stageNext } from './support/rotation.ts';
import {
  connectAs,
  createSampleDatabase,
  dropSampleDatabase,
  roleComment,
  run,
  superuser,
  type SampleDatabase,
} from './support/sample-database.ts';

let sample: SampleDatabase;
let credentialId: string;
beforeEach(async () => {
  sample = await createSampleDatabase();
  credentialId = `credential-of-${sample.owner}`;
});
afterEach(() => dropSampleDatabase(sample));

const fence = (epoch: number, version: number, incarnation?: number) => fenceOf(credentialId, epoch, version, incarnation);
const stageSecond = () => stageNext({ sample, live: [sample.first], fence: fence(1, 2) });

describe('adopting a role that exists', () => {
  it('gives the second version a login of its own that acts for the owner', async () => {
    const second = await stageSecond();
    expect(second.username).toBe(`${sample.owner}_kt1`);
    expect(await run(second, 'discard all', 'select session_user::text as login, current_user::text as acting')).toEqual([
      { login: second.username, acting: sample.owner },
    ]);
  });

  it('lets the second version use what the first made, and the other way round, also after DISCARD ALL', async () => {
    const second = await stageSecond();
    await run(
      second,
      'insert into orders values (2)',
      'discard all',
      'alter table orders add column note text',
      'create table made_later (id int)',
    );
    expect(await run(sample.first, 'drop table made_later', 'select count(*)::int as orders from orders')).toEqual([{ orders: 2 }]);
  });

  it('makes the owner own what the second version creates', async () => {
    await run(await stageSecond(), 'discard all', 'create table made_later (id int)');
    expect(await run(sample.first, `select tableowner::text from pg_tables where tablename = 'made_later'`)).toEqual([
      { tableowner: sample.owner },
    ]);
  });

  it('copies settings, those of one database too, the expiry and the connection limit', async () => {
    const owner = escapeIdentifier(sample.owner);
    await run(
      superuser(),
      `ALTER ROLE ${owner} CONNECTION LIMIT 17 VALID UNTIL '2199-01-02 03:04:05+00'`,
      `ALTER ROLE ${owner} SET search_path TO "$user", 'Odd, "schema"', public`,
      `ALTER ROLE ${owner} SET app.tenant TO 'o''neill'`,
      `ALTER ROLE ${owner} SET log_min_duration_statement TO '7s'`,
      `ALTER ROLE ${owner} IN DATABASE ${owner} SET work_mem TO '5MB'`,
    );
    const second = await stageSecond();
    const shown = `select current_setting('search_path') as path, current_setting('app.tenant') as tenant, current_setting('work_mem') as mem,
      current_setting('log_min_duration_statement') as slow, rolconnlimit as limit, (rolvaliduntil at time zone 'UTC')::text as until
      from pg_roles where rolname = session_user`;
    expect(await run(second, shown)).toEqual(await run(sample.first, shown));
    expect(await run(second, shown)).toEqual([
      { path: '"$user", "Odd, ""schema""", public', tenant: `o'neill`, mem: '5MB', slow: '7s', limit: 17, until: '2199-01-02 03:04:05' },
    ]);
  });

  it('says beforehand when the next password ends, where the owner has a date', async () => {
    const planned = async (validUntil: string) => {
      await run(superuser(), `ALTER ROLE ${escapeIdentifier(sample.owner)} VALID UNTIL '${validUntil}'`);
      const { owner, first } = sample;
      const plan = { issuer: superuser(), owner, current: first, liveUsernames: [owner], credentialId };
      return (await accepted(postgres.planCandidate(plan))).expiresAt;
    };
    expect(await planned('infinity')).toBeUndefined();
    expect(await planned('2199-01-02 05:04:05.25+02')).toBe('2199-01-02T03:04:05.250Z');
    const second = await stageSecond();
    expect(
      await run(second, `select (rolvaliduntil = '2199-01-02T03:04:05.250Z') as ends from pg_roles where rolname = session_user`),
    ).toEqual([{ ends: true }]);
  });

  it('says nothing of an end where the owner has no date', async () => {
    const { owner, first } = sample;
    const plan = { issuer: superuser(), owner, current: first, liveUsernames: [owner], credentialId };
    expect(await accepted(postgres.planCandidate(plan))).not.toHaveProperty('expiresAt');
  });

  it('follows an owner that acts for yet another role', async () => {
    const [owner, group] = [escapeIdentifier(sample.owner), escapeIdentifier(`${sample.owner}-team`)];
    await run(superuser(), `CREATE ROLE ${group}`, `GRANT ${group} TO ${owner}`, `ALTER ROLE ${owner} SET role TO ${group}`);
    const second = await stageSecond();
    expect(await run(second, 'select current_user::text as acting')).toEqual([{ acting: `${sample.owner}-team` }]);
    expect(await postgres.test({ fields: sample.first })).toMatchObject({ verdict: 'valid' });
  });

  it("keeps people's words in the owner's comment", async () => {
    const second = await stageSecond();
    expect(await roleComment(sample.owner)).toBe('team orders; ask Ada');
    await accepted(postgres.denyLogins({ issuer: superuser(), fence: fence(1, 1), username: sample.owner }));
    expect(await roleComment(sample.owner)).toBe(`keyturn:${credentialId}:1.1:1 denied\nteam orders; ask Ada`);
    expect(await roleComment(second.username)).toBe(`keyturn:${credentialId}:1.1:2`);
  });

  it('never takes over a role that only looks like one of ours', async () => {
    await run(superuser(), `CREATE ROLE ${escapeIdentifier(`${sample.owner}_kt1`)} LOGIN`);
    expect((await stageSecond()).username).toBe(`${sample.owner}_kt2`);
    const fields = { ...sample.first, username: `${sample.owner}_kt1` };
    expect(await refused(postgres.apply({ issuer: superuser(), fence: fence(1, 2), owner: sample.owner, fields }))).toMatchObject({
      code: 'login-claimed',
    });
  });
});

describe('rotating again and again', () => {
  it('alternates between the owner and its first member, and never refuses a live version', async () => {
    let current = sample.first;
    const logins = [current.username];
    for (const [epoch, version] of [
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
    ] as const) {
      const next = await stageNext({ sample, live: [current], fence: fence(epoch, version) });
      await run(current, 'select 1 from orders');
      await run(next, 'select 1 from orders');
      const old = { issuer: superuser(), fence: fence(epoch, version - 1), username: current.username };
      await accepted(postgres.denyLogins(old));
      await accepted(postgres.erase(old));
      expect(await postgres.isDead(current)).toMatchObject({ state: 'dead' });
      expect(await postgres.isDead(next)).toMatchObject({ state: 'alive' });
      logins.push(next.username);
      current = next;
    }
    const { owner } = sample;
    expect(logins).toEqual([owner, `${owner}_kt1`, owner, `${owner}_kt1`, owner]);
  });

  it('makes one more member while both logins are live', async () => {
    const second = await stageSecond();
    const third = await stageNext({ sample, live: [sample.first, second], fence: fence(2, 3) });
    expect(third.username).toBe(`${sample.owner}_kt2`);
    for (const fields of [sample.first, second, third]) await run(fields, 'select 1 from orders');
  });

  it('is harmless when applied twice', async () => {
    const second = await stageSecond();
    await accepted(postgres.apply({ issuer: superuser(), fence: fence(1, 2), owner: sample.owner, fields: second }));
    expect(await postgres.test({ fields: second, owner: sample.owner })).toMatchObject({ verdict: 'valid' });
  });
});

describe('the fence at the provider', () => {
  it('refuses an older epoch after a newer one, and changes nothing', async () => {
    const second = await stageSecond();
    const newer = { ...second, password: sample.first.password };
    await accepted(postgres.apply({ issuer: superuser(), fence: fence(2, 3), owner: sample.owner, fields: newer }));
    expect(await refused(postgres.apply({ issuer: superuser(), fence: fence(1, 2), owner: sample.owner, fields: second }))).toMatchObject({
      code: 'stale-epoch',
      found: { epoch: 2, version: 3 },
    });
    await run(newer, 'select 1');
    const old = { issuer: superuser(), fence: fence(1, 2), username: second.username };
    for (const outcome of [postgres.denyLogins(old), postgres.erase(old)])
      expect(await refused(outcome)).toMatchObject({ code: 'stale-epoch' });
    expect(await refused(postgres.endSessions(old))).toMatchObject({ code: 'stale-epoch' });
    await run(newer, 'select 1');
  });

  it('lets a new incarnation outrank a higher epoch', async () => {
    const second = await stageSecond();
    await accepted(postgres.apply({ issuer: superuser(), fence: fence(9, 9), owner: sample.owner, fields: second }));
    await accepted(postgres.apply({ issuer: superuser(), fence: fence(1, 2, 2), owner: sample.owner, fields: second }));
    expect(await roleComment(second.username)).toBe(`keyturn:${credentialId}:2.1:2`);
  });

  it('refuses an apply that wakes after its version was discarded', async () => {
    const second = await stageSecond();
    await accepted(postgres.erase({ issuer: superuser(), fence: fence(1, 2), username: second.username }));
    expect(await refused(postgres.apply({ issuer: superuser(), fence: fence(1, 2), owner: sample.owner, fields: second }))).toMatchObject({
      code: 'stale-epoch',
    });
    expect(await postgres.isDead(second)).toMatchObject({ state: 'dead' });
  });

  it('refuses it even where the discard came before the role was created', async () => {
    const fields = { ...sample.first, username: `${sample.owner}_kt1` };
    await accepted(postgres.erase({ issuer: superuser(), fence: fence(1, 2), username: fields.username }));
    expect(await refused(postgres.apply({ issuer: superuser(), fence: fence(1, 2), owner: sample.owner, fields }))).toMatchObject({
      code: 'stale-epoch',
    });
    expect((await stageNext({ sample, live: [sample.first], fence: fence(2, 3) })).username).toBe(fields.username);
  });

  it('locks nobody out who has the name that the discarded candidate would have had', async () => {
    const username = `${sample.owner}_kt1`;
    await run(superuser(), `create role ${escapeIdentifier(username)} login password 'somebody-elses'`);
    const discard = postgres.erase({ issuer: superuser(), fence: fence(1, 2), username });
    expect(await refused(discard)).toMatchObject({ code: 'login-claimed' });
    expect(await run(superuser(), `select rolcanlogin from pg_roles where rolname = '${username}'`)).toEqual([{ rolcanlogin: true }]);
    await run(superuser(), `drop role ${escapeIdentifier(username)}`);
  });

  it('admits exactly one of two workers that apply at once, and the newer one stays', async () => {
    const second = await stageSecond();
    const [newer, older] = await Promise.all([
      postgres.apply({
        issuer: superuser(),
        fence: fence(3, 4),
        owner: sample.owner,
        fields: { ...second, password: sample.first.password },
      }),
      postgres.apply({ issuer: superuser(), fence: fence(2, 3), owner: sample.owner, fields: second }),
    ]);
    expect(newer.ok).toBe(true);
    expect(older.ok || older.refusal.code === 'stale-epoch').toBe(true);
    await run({ ...second, password: sample.first.password }, 'select 1');
    expect(await roleComment(second.username)).toBe(`keyturn:${credentialId}:1.3:4`);
  });

  it('refuses a second credential of the same role', async () => {
    await accepted(postgres.denyLogins({ issuer: superuser(), fence: fence(1, 1), username: sample.owner }));
    const other = fenceOf('another-credential', 1, 1);
    expect(await refused(postgres.denyLogins({ issuer: superuser(), fence: other, username: sample.owner }))).toMatchObject({
      code: 'login-claimed',
    });
  });
});

describe('revoking', () => {
  it('shuts the owner out while its members go on logging in', async () => {
    const second = await stageSecond();
    await accepted(postgres.denyLogins({ issuer: superuser(), fence: fence(1, 1), username: sample.owner }));
    expect(await postgres.test({ fields: sample.first })).toMatchObject({ verdict: 'invalid', sqlState: '28000' });
    await run(second, 'select 1 from orders');
  });

  it('leaves open sessions alone, and keeps the password, so that a person can undo a denial', async () => {
    const open = await connectAs(sample.first);
    const old = { issuer: superuser(), fence: fence(1, 1), username: sample.owner };
    await accepted(postgres.denyLogins(old));
    await accepted(postgres.denyLogins(old));
    expect((await open.query('select id from orders')).rows).toEqual([{ id: 1 }]);
    await open.end();
    await run(superuser(), `ALTER ROLE ${escapeIdentifier(sample.owner)} LOGIN`);
    await run(sample.first, 'select 1 from orders');
  });

  it('erases for good', async () => {
    const old = { issuer: superuser(), fence: fence(1, 1), username: sample.owner };
    await accepted(postgres.denyLogins(old));
    await accepted(postgres.erase(old));
    await accepted(postgres.erase(old));
    await run(superuser(), `ALTER ROLE ${escapeIdentifier(sample.owner)} LOGIN`);
    expect(await postgres.isDead(sample.first)).toMatchObject({ state: 'dead' });
    expect(await postgres.test({ fields: sample.first })).toMatchObject({ verdict: 'invalid', sqlState: '28P01' });
  });

  it('shows who still uses the old login, by login and not by owner, and ends those sessions alone', async () => {
    const second = await stageSecond();
    const [old, young] = [await connectAs(sample.first), await connectAs(second)];
    await old.query(`set application_name to 'orders-worker'`);
    const issuer = superuser();
    const before = await accepted(postgres.sampleUse({ issuer, username: sample.owner }));
    expect(before).toMatchObject({ sessions: 1, applications: ['orders-worker'], addresses: ['127.0.0.1'] });
    expect(new Date(before.oldestSince ?? '').getTime()).toBeLessThanOrEqual(new Date(before.sampledAt).getTime());

    const target = { issuer, fence: fence(1, 1), username: sample.owner };
    await accepted(postgres.denyLogins(target));
    expect(await accepted(postgres.endSessions(target))).toEqual({ ended: 1 });
    await expect.poll(async () => (await accepted(postgres.sampleUse({ issuer, username: sample.owner }))).sessions).toBe(0);
    await young.query('select 1 from orders');
    await young.end();
    await old.end().catch(() => undefined);
  });

  it('treats a role that somebody dropped as denied', async () => {
    const gone = { issuer: superuser(), fence: fence(1, 2), username: `${sample.owner}-gone` };
    expect(await accepted(postgres.denyLogins(gone))).toEqual({ username: gone.username });
    expect(await accepted(postgres.erase(gone))).toEqual({ username: gone.username });
  });
});
