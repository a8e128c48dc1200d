import { bearerOf, startSimulator, type Simulator } from '@keyturn/provider-simulators';
import { Sensitive } from '@keyturn/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { providerAdapters, type ProviderAdapters } from '../src/adapters.ts';
import { parseEgressAllow } from '../src/http/index.ts';
import { assistedRotation } from '../src/rotation/assisted-rotation.ts';

const SECRET = 'canary-of-anything';
const BASIC = `Basic ${Buffer.from(`keyturn:${SECRET}`).toString('base64')}`;

/** A service with a call that needs a bearer token, one with two headers, one that answers 403 to an unknown key, and one that is open to all. */
const startService = (known: ReadonlySet<string>): Promise<Simulator> =>
  startSimulator((app) => {
    app.on(['GET', 'POST'], '/me', ({ req, body }) => body(null, known.has(bearerOf(req.header('authorization'))) ? 200 : 401));
    app.get('/two', ({ req, body }) =>
      body(null, req.header('authorization') === BASIC && req.header('x-realm') === 'eu' && known.has(SECRET) ? 204 : 401),
    );
    app.get('/strange', ({ req, body }) => body(null, known.has(req.header('x-key') ?? '') ? 302 : 403));
    app.get('/open', ({ body }) => body(null, 200));
  });

const known = new Set<string>();
let service: Simulator;
let adapters: ProviderAdapters;

beforeAll(async () => {
  service = await startService(known);
  const rules = parseEgressAllow('127.0.0.1');
  if (!rules.ok) throw new Error(rules.refusal);
  adapters = providerAdapters({ http: { rules: rules.value, timeoutMs: 500 } });
});
afterEach(() => {
  known.clear();
  service.reset();
});
afterAll(() => service.close());

const test = async (fields: Readonly<Record<string, string>>, path = '/me') => {
  const { verdict, sentence } = await adapters.generic.test(new Sensitive({ checkUrl: `${service.url}${path}`, value: SECRET, ...fields }));
  expect(sentence).not.toContain('canary');
  return `${verdict}: ${sentence}`;
};

describe('the check that a credential describes', () => {
  it('takes and refuses the secret', async () => {
    expect(await test({})).toBe('invalid: The check refuses the secret (401).');
    known.add(SECRET);
    expect(await test({})).toBe('valid: The check answers 200, as it should.');
    expect(await test({ checkMethod: 'POST' })).toMatch(/^valid: /u);
    expect(await test({ checkMethod: 'HEAD' })).toMatch(/^valid: /u);
  });

  it('fills several headers, Basic too, and has its own idea of what is right and wrong', async () => {
    const two = { user: 'keyturn', realm: 'eu', checkHeaders: 'Authorization: {{basic user value}}\n\nX-Realm: {{realm}}' };
    expect(await test(two, '/two')).toMatch(/^invalid: /u);
    known.add(SECRET);
    expect(await test(two, '/two')).toBe('valid: The check answers 204, as it should.');
    const strange = { checkHeaders: 'x-key: {{value}}', checkStatus: '302', checkRefusedStatus: '403' };
    expect(await test(strange, '/strange')).toBe('valid: The check answers 302, as it should.');
    known.clear();
    expect(await test(strange, '/strange')).toBe('invalid: The check refuses the secret (403).');
  });

  it('says what it can’t say', async () => {
    known.add(SECRET);
    expect(await test({ checkStatus: '204' })).toBe(
      'unreachable: The check answers 200, where 204 is expected: look at its URL and method.',
    );
    expect(await test({}, '/nothing')).toMatch(/^unreachable: The check answers 404/u);
    expect(await test({}, '/open')).toMatch(/^unreachable: .*answers so without the secret, too/u);
    expect(await test({ checkHeaders: 'X-Key: {{value}}' }, '/strange')).toMatch(/^unreachable: .*redirects elsewhere \(302\)/u);
    expect(await test({ checkUrl: 'http://10.0.0.1/' })).toMatch(/^unreachable: .*egress rules forbid/u);
    expect(await test({ value: 'canary\nof two lines' })).toMatch(/^forbidden: .*no header can carry/u);
    service.fault({ kind: 'rate-limit', retryAfterSeconds: 7 });
    expect(await test({})).toMatch(/^rate-limited: /u);
    service.fault({ kind: 'slow', ms: 2_000 });
    expect(await test({})).toMatch(/^unreachable: .*didn’t answer in time/u);
  });

  it('is the proof that a value is dead; without one nothing is', async () => {
    const { isDead } = assistedRotation(adapters.generic);
    const fields = { value: SECRET, checkUrl: `${service.url}/me` };
    expect(await isDead(new Sensitive(fields))).toMatchObject({ state: 'dead' });
    known.add(SECRET);
    expect(await isDead(new Sensitive(fields))).toMatchObject({ state: 'alive' });
    expect(await isDead(new Sensitive({ value: SECRET }))).toMatchObject({ state: 'unknown' });
  });
});
