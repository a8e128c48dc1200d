import { randomBytes } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { escapeIdentifier } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PostgresFields } from '../src/postgres/index.ts';
import { accepted, fenceOf, postgres, refused, stageNext } from './support/rotation.ts';
import {
  connectAs,
  createSampleDatabase,
  dropSampleDatabase,
  fieldsFor,
  run,
  superuser,
  type SampleDatabase,
} from './support/sample-database.ts';

let sample: SampleDatabase;
let credentialId: string;
let issuer: PostgresFields;

const createIssuer = async (): Promise<PostgresFields> => {
  const username = `issuer-${randomBytes(5).toString('hex')}`;
  await run(superuser(), `CREATE ROLE ${escapeIdentifier(username)} LOGIN PASSWORD 'issuers own'`);
  return fieldsFor(username, 'issuers own');
};

beforeEach(async () => {
  sample = await createSampleDatabase();
  credentialId = `credential-of-${sample.owner}`;
  issuer = await createIssuer();
});
afterEach(() => dropSampleDatabase(sample));

const inspect = () => accepted(postgres.inspectIssuer({ issuer, owner: sample.owner, credentialId }));
const statementsFor = async (needed: readonly string[]) =>
  (await inspect()).missing.filter((one) => needed.includes(one.needed)).flatMap(({ statement }) => statement ?? []);

describe('an issuer that is no superuser', () => {
  it('is told exactly which statements it lacks', async () => {
    const [owner, name] = [escapeIdentifier(sample.owner), escapeIdentifier(issuer.username)];
    const report = await inspect();
    expect(report.ready).toBe(false);
    expect(report.missing.map(({ needed, statement }) => [needed, statement])).toEqual([
      ['rotation', `ALTER ROLE ${name} CREATEROLE;`],
      ['force', `GRANT pg_signal_backend TO ${name};`],
      ['evidence', `GRANT pg_read_all_stats TO ${name};`],
      ['rotation', `GRANT ${owner} TO ${name} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;`],
    ]);
  });

  it('rotates whole rounds with nothing but the statements that a rotation needs', async () => {
    await run(superuser(), `ALTER ROLE ${escapeIdentifier(sample.owner)} SET work_mem TO '5MB'`, ...(await statementsFor(['rotation'])));
    expect((await inspect()).ready).toBe(true);
    let current = sample.first;
    for (const [epoch, version] of [
      [1, 2],
      [2, 3],
      [3, 4],
    ] as const) {
      const next = await stageNext({ sample, live: [current], fence: fenceOf(credentialId, epoch, version), issuer });
      const old = { issuer, fence: fenceOf(credentialId, epoch, version - 1), username: current.username };
      await accepted(postgres.denyLogins(old));
      await accepted(postgres.erase(old));
      expect(await postgres.isDead(current)).toMatchObject({ state: 'dead' });
      expect(await run(next, 'show work_mem')).toEqual([{ work_mem: '5MB' }]);
      current = next;
    }
  });

  it('counts the sessions of a version even without the statistics grant', async () => {
    await run(superuser(), ...(await statementsFor(['rotation'])));
    const open = await connectAs(sample.first);
    expect(await accepted(postgres.sampleUse({ issuer, username: sample.owner }))).toMatchObject({ sessions: 1 });
    await open.end();
  });

  it('ends sessions after the statement that force needs, and prints that statement before', async () => {
    await run(superuser(), ...(await statementsFor(['rotation'])));
    const open = await connectAs(sample.first);
    const target = { issuer, fence: fenceOf(credentialId, 1, 1), username: sample.owner };
    const refusal = await refused(postgres.endSessions(target));
    expect(refusal).toMatchObject({ code: 'issuer-lacks-privilege' });
    expect(refusal.sentence).toContain(`GRANT pg_signal_backend TO ${escapeIdentifier(issuer.username)};`);
    await run(superuser(), ...(await statementsFor(['force'])));
    expect(await accepted(postgres.endSessions(target))).toEqual({ ended: 1 });
    await open.end().catch(() => undefined);
  });

  it('is refused with the statements, half-done nothing, when it applies without them', async () => {
    const second = { ...sample.first, username: `${sample.owner}_kt1` };
    const apply = () => postgres.apply({ issuer, fence: fenceOf(credentialId, 1, 2), owner: sample.owner, fields: second });
    for (const statement of await statementsFor(['rotation'])) {
      const refusal = await refused(apply());
      expect(refusal).toMatchObject({ code: 'issuer-lacks-privilege', grants: await statementsFor(['rotation']) });
      expect(refusal.sentence).toContain(statement);
      expect(await run(superuser(), `select from pg_roles where rolname = '${second.username}'`)).toEqual([]);
      await run(superuser(), statement);
    }
    await accepted(apply());
    expect(await postgres.test({ fields: second, owner: sample.owner })).toMatchObject({ verdict: 'valid' });
  });

  it.each([
    ['one that only superusers set', 'log_min_duration_statement', `'7s'`],
    ['one of an extension or an application', 'app.tenant', `'blue'`],
  ])('is told the grant for a guarded setting of the owner: %s', async (_what, name, value) => {
    await run(superuser(), `ALTER ROLE ${escapeIdentifier(sample.owner)} SET ${name} TO ${value}`);
    const statements = await statementsFor(['rotation']);
    expect(statements.at(-1)).toMatch(/^GRANT SET ON PARAMETER /u);
    await run(superuser(), ...statements);
    const second = await stageNext({ sample, live: [sample.first], fence: fenceOf(credentialId, 1, 2), issuer });
    expect(await run(second, `select current_setting('${name}') as value`)).toEqual([{ value: value.replaceAll(`'`, '') }]);
  });

  it('is told about alternates that an earlier issuer made', async () => {
    const second = await stageNext({ sample, live: [sample.first], fence: fenceOf(credentialId, 1, 2) });
    expect(await statementsFor(['rotation'])).toContain(
      `GRANT ${escapeIdentifier(second.username)} TO ${escapeIdentifier(issuer.username)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;`,
    );
  });
});

const missing = async (input: { readonly issuer?: PostgresFields; readonly owner?: string; readonly credentialId?: string }) =>
  (await accepted(postgres.inspectIssuer({ issuer: superuser(), owner: sample.owner, credentialId, ...input }))).missing.map(
    ({ code }) => code,
  );

describe('a dry run', () => {
  it('finds nothing missing for a superuser', async () => expect(await missing({})).toEqual([]));
  it('names an owner that does not exist', async () => expect(await missing({ owner: 'nobody' })).toEqual(['owner-missing']));
  it('refuses the owner as its own issuer', async () => expect(await missing({ issuer: sample.first })).toContain('issuer-is-owner'));
  it('says that a superuser can only be changed by a superuser', async () =>
    expect(await missing({ issuer, owner: superuser().username })).toContain('role-is-superuser'));
  it('names the credential that rotates the owner already', async () => {
    await accepted(postgres.denyLogins({ issuer: superuser(), fence: fenceOf('another', 1, 1), username: sample.owner }));
    expect(await missing({})).toEqual(['owner-claimed']);
  });
});

describe('an issuer with a wrong password', () => {
  it('is refused with one sentence that names it and does not hold the password', async () => {
    const wrong = { ...issuer, password: new Sensitive('not this one') };
    const refusal = await refused(
      postgres.planCandidate({ issuer: wrong, owner: sample.owner, current: sample.first, liveUsernames: [], credentialId }),
    );
    expect(refusal).toMatchObject({ code: 'issuer-denied', sqlState: '28P01' });
    expect(refusal.sentence).toContain(issuer.username);
    expect(JSON.stringify(refusal)).not.toContain('not this one');
  });
});
