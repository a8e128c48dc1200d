import { randomBytes, randomUUID } from 'node:crypto';
import { type CloudflareToken, hashOf, type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readCredential } from './support/admin.ts';
import { type Ask, ask, CREDENTIALS, credentialPath, expectProblem } from './support/ask.ts';

// The worker may reach loopback, where the simulators are: EGRESS_ALLOW of the e2e stack.

const run = randomUUID().slice(0, 8);
const newToken = (): string => randomBytes(20).toString('hex');
const [FIRST, SECOND, EXPIRED, UNKNOWN] = [newToken(), newToken(), newToken(), newToken()];

let cloudflare: Simulator;
beforeAll(async () => {
  const active: CloudflareToken = { status: 'active', zones: ['a.example', 'b.example'] };
  cloudflare = await startCloudflare(
    new Map([
      [FIRST, active],
      [SECOND, active],
      [EXPIRED, { ...active, status: 'expired' }],
    ]),
  );
});
afterAll(() => cloudflare.close());

const post = (path: string, body: object, more: Ask = {}) => ask(path, { method: 'POST', body, ...more });
const registration = (name: string, token: string, apiBaseUrl = cloudflare.url) => ({
  address: `system.cloudflare.${name}-${run}`,
  credentialType: 'cloudflare_api_token',
  publicFields: { apiBaseUrl },
  secretFields: { token },
});
const isThere = async (name: string): Promise<boolean> => {
  const { items } = (await ask(`${CREDENTIALS}?search=${name}-${run}`)).json as { items: readonly unknown[] };
  return items.length > 0;
};

describe('a Cloudflare token, added by the API', () => {
  let credentialId: string;

  it('is tested at Cloudflare and current then, with what it can do', async () => {
    const made = await post(CREDENTIALS, registration('right', FIRST));
    expect({ status: made.status, text: made.text }).toMatchObject({ status: 201 });
    ({ credentialId } = made.json as { credentialId: string });
    const [version] = (await readCredential(credentialId)).versions;
    expect(version).toMatchObject({ status: 'current', untested: null, tested: { verdict: 'valid' } });
    expect(cloudflare.accepted).toMatchObject([
      { secretHash: hashOf(FIRST), call: 'GET /user/tokens/verify' },
      { secretHash: hashOf(FIRST), call: 'GET /zones' },
    ]);
  });

  it('is refused with Cloudflare’s reason if it is wrong, and nothing of it stays', async () => {
    const refused = expectProblem(await post(CREDENTIALS, registration('wrong', UNKNOWN)), 422, 'test-invalid');
    expect(refused.detail).toContain("Cloudflare doesn't know this token");
    expect(JSON.stringify(refused)).not.toContain(UNKNOWN);
    expect(await isThere('wrong')).toBe(false);
  });

  it('keeps its value where the new one is refused, and takes the next', async () => {
    const path = `${credentialPath(credentialId)}/versions`;
    const refused = expectProblem(await post(path, { secretFields: { token: EXPIRED } }), 422, 'test-invalid');
    expect(refused.detail).toContain('The token has expired at Cloudflare');
    expect((await readCredential(credentialId)).current).toBe(1);
    expect((await post(path, { secretFields: { token: SECOND } })).status).toBeLessThan(300);
    const { current, versions } = await readCredential(credentialId);
    expect(versions.find(({ version }) => version === current)).toMatchObject({ tested: { verdict: 'valid' } });
    expect(cloudflare.accepted.at(-1)).toMatchObject({ secretHash: hashOf(SECOND) });
  });

  it('can be tested whenever somebody asks', async () => {
    const answer = await post(`${credentialPath(credentialId)}/test`, {});
    expect({ status: answer.status, body: answer.text }).toMatchObject({ status: 200 });
    expect(answer.text).toContain('Cloudflare takes the token; it sees 2 zones.');
  });

  it('is sent to no address that the egress rules forbid', async () => {
    const refused = expectProblem(
      await post(CREDENTIALS, registration('inside', FIRST, 'http://169.254.169.254')),
      424,
      'test-unreachable',
    );
    expect(refused.detail).toContain('link-local address, which the egress rules forbid');
    expect(await isThere('inside')).toBe(false);
  });
});

describe('a Stripe key, added by the API', () => {
  const add = (name: string, secretKey: string) =>
    post(CREDENTIALS, {
      address: `system.stripe.${name}-${run}`,
      credentialType: 'stripe_secret_key',
      publicFields: {},
      secretFields: { secretKey },
    });

  it('is tested where PROVIDER_URLS says', async () => {
    expect((await add('right', inject('stack').stripeKey)).status).toBe(201);
    expect(expectProblem(await add('wrong', `sk_test_${newToken()}`), 422, 'test-invalid').detail).toContain(
      "Stripe doesn't know this key",
    );
  });
});
