import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { Sensitive } from '@keyturn/kernel';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { providerAdapters } from '../src/adapters.ts';
import type { Resolve } from '../src/http/index.ts';
import { postgresProvider } from '../src/postgres/index.ts';
import { databasesAt } from './support/databases-at.ts';
import { fenceOf, refused } from './support/rotation.ts';
import { createSampleDatabase, dropSampleDatabase, type SampleDatabase, superuser } from './support/sample-database.ts';
import { tapWire } from './support/wiretap.ts';

// A real server, behind names that a resolver of the test's answers for.

const PUBLIC = '203.0.114.7';
const LINK_LOCAL = '169.254.169.254';
/** Names of the test, and how often each was asked for. */
const NAMES = new Map<string, readonly string[]>();
const asked: string[] = [];
const resolve: Resolve = (hostname, _options, found) => {
  asked.push(hostname);
  const addresses = (NAMES.get(hostname) ?? []).map((address): LookupAddress => ({ address, family: isIP(address) }));
  found(addresses.length === 0 ? Object.assign(new Error('none'), { code: 'ENOTFOUND' }) : null, addresses);
};

let sample: SampleDatabase;
let server: string;
beforeAll(async () => {
  sample = await createSampleDatabase();
  const { hostname } = new URL(inject('postgresUrl'));
  server = isIP(hostname) === 0 ? '127.0.0.1' : hostname;
});
afterAll(() => dropSampleDatabase(sample));

const test = (list: string, host: string) =>
  postgresProvider({ connectTimeoutMs: 2_000, egress: { rules: databasesAt(list), resolve } }).test({ fields: { ...sample.first, host } });
const WITHHELD = /has a (?:loopback|private) address, and DATABASE_EGRESS_ALLOW of the rotation worker doesn't name its network/u;
const NEVER = /has a link-local address, at which no database is ever asked/u;
const unreachable = (sentence: RegExp) => ({ verdict: 'unreachable', sentence: expect.stringMatching(sentence) });

describe('a database at an address that is not public', () => {
  it('is not asked unless the list names it, whether its address is given, mapped into IPv6, or behind a name', async () => {
    NAMES.set('db.test', [server]).set('mapped.test', [`::ffff:${server}`]);
    for (const host of [server, `::ffff:${server}`, 'db.test', 'mapped.test']) {
      expect(await test('', host)).toMatchObject(unreachable(WITHHELD));
      expect(await test(`${server}:${sample.first.port}`, host)).toMatchObject({ verdict: 'valid' });
      expect(await test(`${server}:1`, host)).toMatchObject(unreachable(WITHHELD));
    }
  });
  it('is not asked by a name that leads elsewhere, too: one forbidden address refuses it whole', async () => {
    NAMES.set('both.test', [PUBLIC, server]).set('and-metadata.test', [server, LINK_LOCAL]);
    expect(await test('', 'both.test')).toMatchObject(unreachable(WITHHELD));
    expect(await test('0.0.0.0/0', 'and-metadata.test')).toMatchObject(unreachable(NEVER));
  });
  it('is asked where its name led the one time that it was looked up, so that another answer gains nothing', async () => {
    NAMES.set('once.test', [server]);
    asked.length = 0;
    const fields = { ...sample.first, host: 'once.test', sslmode: 'disable' } as const;
    const provider = postgresProvider({ egress: { rules: databasesAt(server), resolve } });
    expect(await provider.test({ fields })).toMatchObject({ verdict: 'valid', sentence: expect.stringContaining('once.test:') });
    expect(asked).toEqual(['once.test']);
  });
  it('is tried at each of its addresses', async () => {
    NAMES.set('several.test', ['127.1.2.3', server]);
    expect(await test('127.0.0.0/8,10.0.0.0/8,172.16.0.0/12', 'several.test')).toMatchObject({ verdict: 'valid' });
  });
});

describe('the open socket of a login', () => {
  it('is looked at once more, by itself: nothing is sent where it leads somewhere else than was looked up', async () => {
    NAMES.set('once.test', [server]);
    const tap = await tapWire({ host: server, port: sample.first.port });
    onTestFinished(tap.close);
    for (const host of ['once.test', server]) {
      let looks = 0;
      const rules = { isNamed: () => true, refusalOf: () => (looks++ === 0 ? null : 'loopback') };
      const fields = { ...sample.first, host, port: tap.port, sslmode: 'disable' } as const;
      expect(await postgresProvider({ egress: { rules, resolve } }).test({ fields })).toMatchObject(unreachable(WITHHELD));
      expect([looks, tap.sent()]).toEqual([2, '']);
    }
  });
});

describe('what is never a database', () => {
  it.each([LINK_LOCAL, `::ffff:${LINK_LOCAL}`, '64:ff9b::a9fe:a9fe', 'fe80::1', 'metadata.test'])(
    '%s is not asked, whatever the list',
    async (host) => {
      NAMES.set('metadata.test', [LINK_LOCAL]);
      expect(await test('0.0.0.0/0,[::]/0', host)).toMatchObject(unreachable(NEVER));
    },
  );
  it('a socket of this machine is not opened', async () =>
    expect(await test('0.0.0.0/0,[::]/0', '/var/run/postgresql')).toMatchObject(unreachable(/its host is the path of a socket/u)));
  it('a name that has no address is unreachable', async () =>
    expect(await test('0.0.0.0/0', 'nowhere.test')).toMatchObject(unreachable(/the host name is not known/u)));
});

describe('an issuer’s session', () => {
  const provider = () => postgresProvider({ egress: { rules: databasesAt('10.0.0.0/8'), resolve } });
  const withheld = { code: 'provider-unreachable', sentence: expect.stringMatching(WITHHELD) };

  it('is under the same rules, with whatever it is to do', async () => {
    const issuer = { ...superuser(), host: server };
    const { owner, first } = sample;
    const change = { issuer, fence: fenceOf('withheld', 1, 2), username: owner };
    const at = provider();
    expect(await refused(at.inspectIssuer({ issuer, owner, credentialId: 'withheld' }))).toMatchObject(withheld);
    expect(await refused(at.apply({ ...change, owner, fields: first }))).toMatchObject(withheld);
    expect(await refused(at.denyLogins(change))).toMatchObject(withheld);
    expect(await refused(at.sampleUse(change))).toMatchObject(withheld);
  });
  it('says of a value that it was not asked about nothing: neither dead nor alive', async () =>
    expect(await provider().isDead({ ...sample.first, host: server })).toMatchObject({ state: 'unknown' }));
});

describe('all adapters together', () => {
  const report = (host: string) => {
    const { port, database, username, password } = sample.first;
    const fields = { host, port: String(port), database, username, password: password.reveal() };
    return providerAdapters().database_password.test(new Sensitive<Record<string, string>>(fields));
  };
  it('ask databases at public addresses only, if no list is given', async () =>
    expect(await report(server)).toMatchObject(unreachable(WITHHELD)));
  it('take one server, not a list of them', async () =>
    expect(await report('db1.test,db2.test')).toMatchObject({
      verdict: 'unreachable',
      sentence: expect.stringContaining('names several servers: give one'),
    }));
});
