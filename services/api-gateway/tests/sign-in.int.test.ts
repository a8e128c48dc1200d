import { mintAccessToken } from '@keyturn/dev-stack';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { browser, signInAs } from './browser.ts';
import { type TestGateway, testGateway } from './test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await testGateway();
});
afterAll(() => gateway.dispose());

const token = (issuer = inject('oidcIssuer'), expiresInSec = 60): Promise<string> =>
  mintAccessToken({ oidcDir: inject('oidcDir'), issuer, account: 'auditor', expiresInSec });
const sessionOf = (bearer: string): Promise<Response> =>
  fetch(`${gateway.url}/api/v1/session`, { headers: { authorization: `Bearer ${bearer}` } });

describe('signing in with the provider', () => {
  it('ends with a session that says who it is, and no token anywhere', async () => {
    const person = browser();
    const callback = await signInAs(person, gateway.url, 'operator');
    expect(callback.status).toBe(302);
    expect(callback.headers.get('location')).toBe('/admin/system/credentials');
    const session = await person.visit(`${gateway.url}/api/v1/session`);
    expect(await session.json()).toEqual({ id: 'operator', name: 'Olga Operator', roles: ['operator'], tier: 'enterprise', via: 'cookie' });
  });

  it('cannot be finished with a code that was used', async () => {
    const person = browser();
    const toProvider = await person.follow(await person.visit(`${gateway.url}/auth/login`), gateway.url);
    const loginPage = new URL(toProvider.response.headers.get('location') ?? '', toProvider.url).href;
    const submitted = await person.visit(loginPage, { method: 'POST', body: new URLSearchParams({ account: 'admin' }) });
    const resumed = await person.follow(submitted, loginPage);
    const callback = resumed.response.headers.get('location') ?? '';
    const forged = new URL(callback);
    forged.searchParams.set('state', 'another');
    expect(await (await person.visit(forged.href)).json()).toMatchObject({ status: 400, code: 'sign-in-failed' });
    expect(await (await person.visit(callback)).json()).toMatchObject({ code: 'sign-in-failed' }); // its cookie was good for one try
  });

  it('ends with a sign-out', async () => {
    const person = browser();
    await signInAs(person, gateway.url, 'admin');
    const headers = { origin: gateway.url, 'x-requested-with': 'keyturn' };
    const out = await person.visit(`${gateway.url}/auth/logout`, { method: 'POST', headers });
    const { next } = (await out.json()) as { next: string };
    expect(next).toContain(`${inject('oidcIssuer')}/session/end`);
    expect((await person.visit(next)).status).toBe(200);
    expect((await person.visit(`${gateway.url}/api/v1/session`)).status).toBe(401);
  });
});

describe("the provider's tokens", () => {
  it('are taken', async () => {
    expect(await (await sessionOf(await token())).json()).toMatchObject({ id: 'auditor', roles: ['auditor'], via: 'bearer' });
  });
  it('are refused when expired, or of another issuer', async () => {
    const refused = [await sessionOf(await token(undefined, -60)), await sessionOf(await token('http://127.0.0.1:1'))];
    expect(refused.map(({ status }) => status)).toEqual([401, 401]);
  });
});

describe('without the provider', () => {
  it('tokens and sign-in answer 503, and readiness names it', async () => {
    const lonely = await testGateway('http://127.0.0.1:9');
    try {
      const headers = { authorization: `Bearer ${await token('http://127.0.0.1:9')}` };
      const asked = await fetch(`${lonely.url}/api/v1/session`, { headers });
      expect(await asked.json()).toMatchObject({ status: 503, code: 'identity-provider-unavailable' });
      expect((await fetch(`${lonely.url}/auth/login`, { redirect: 'manual' })).status).toBe(503);
      const ready = await fetch(`${lonely.url}/readyz`);
      expect(await ready.json()).toEqual({ status: 'down', down: ['vault', 'audit', 'oidc'] });
    } finally {
      await lonely.dispose();
    }
  });
});
