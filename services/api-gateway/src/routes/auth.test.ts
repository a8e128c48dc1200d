import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../faults.ts';
import { sessionRevocations } from '../identity/session-revocations.ts';
import { memoryVault } from '../testing/memory-services.ts';
import { NOW, PUBLIC_URL, testApp, testClock } from '../testing/test-app.ts';

const HOUR = 3_600_000;
const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
const ours = { origin: PUBLIC_URL, 'x-requested-with': 'keyturn' };

const signIn = async ({ app }: ReturnType<typeof testApp>, returnTo = '/admin'): Promise<Response> => {
  const begun = await app.request(`${PUBLIC_URL}/auth/login?return_to=${encodeURIComponent(returnTo)}`);
  return app.request(`${PUBLIC_URL}/auth/callback?code=c&state=state`, { headers: { cookie: cookiesOf(begun) } });
};

describe('signing in', () => {
  it('leaves for the provider with a sealed, short-lived cookie', async () => {
    const response = await testApp().app.request(`${PUBLIC_URL}/auth/login`);
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('http://idp.test/authorize');
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^kt_login=.*Max-Age=600; Path=\/auth; HttpOnly; SameSite=Lax$/);
    expect(cookie).not.toContain('verifier');
  });

  it('starts at the public name, for its cookie would not be found under another', async () => {
    const response = await testApp().app.request('http://127.0.0.1:9/auth/login?return_to=/x');
    expect(response.headers.get('location')).toBe(`${PUBLIC_URL}/auth/login?return_to=/x`);
  });

  it('comes back with a session that the page cannot read', async () => {
    const test = testApp();
    const response = await signIn(test);
    expect(response.headers.get('location')).toBe('/admin');
    expect(response.headers.getSetCookie().find((cookie) => cookie.startsWith('kt_session='))).toMatch(/HttpOnly; SameSite=Lax$/);
    const session = await test.app.request('/api/v1/session', { headers: { cookie: cookiesOf(response) } });
    expect(await session.json()).toEqual({ id: 'ada', name: 'Ada', roles: ['admin'], tier: null, via: 'cookie' });
  });

  it('never leads to another site', async () => {
    expect((await signIn(testApp(), '//evil.test')).headers.get('location')).toBe('/');
  });

  it('is refused without its cookie, as when somebody else began it', async () => {
    const response = await testApp().app.request('/auth/callback?code=c&state=state');
    expect(await response.json()).toMatchObject({ status: 400, code: 'sign-in-failed' });
  });

  it('is refused after ten minutes', async () => {
    const clock = testClock();
    const { app } = testApp({ clock });
    const begun = await app.request(`${PUBLIC_URL}/auth/login`);
    clock.set(NOW + 11 * 60_000);
    const response = await app.request('/auth/callback?code=c&state=state', { headers: { cookie: cookiesOf(begun) } });
    expect(response.status).toBe(400);
  });

  it('starts no session when the provider does not confirm it', async () => {
    const test = testApp();
    const base = {
      begin: async () => ({ redirectTo: 'x', pending: { state: '', nonce: '', verifier: '', returnTo: '/' } }),
      endUrl: async () => null,
    };
    const refusing = testApp({ signIn: { ...base, complete: async () => refuse('sign-in-failed') } });
    expect((await signIn(refusing)).headers.getSetCookie()).toEqual([expect.stringMatching(/^kt_login=; Max-Age=0/)]);
    const down = testApp({ signIn: { ...base, complete: () => Promise.reject(new ServiceUnavailable('identity-provider')) } });
    expect((await signIn(down)).status).toBe(503);
    expect((await signIn(test)).status).toBe(302);
  });
});

describe('a session', () => {
  const statusAfter = async (ms: number): Promise<number> => {
    const clock = testClock();
    const { app, sessionFor } = testApp({ clock });
    const cookie = await sessionFor(['admin']);
    clock.set(NOW + ms);
    return (await app.request('/api/v1/session', { headers: { cookie } })).status;
  };

  it('ends after an hour without a request', async () => {
    expect([await statusAfter(HOUR - 1), await statusAfter(HOUR)]).toEqual([200, 401]);
  });

  it('ends eight hours after the sign-in, however busy', async () => {
    const clock = testClock();
    const { app, sessionFor } = testApp({ clock });
    let cookie = await sessionFor(['admin']);
    const statuses: number[] = [];
    for (let at = NOW; at <= NOW + 8 * HOUR; at += HOUR / 2) {
      clock.set(at);
      const response = await app.request('/api/v1/session', { headers: { cookie } });
      statuses.push(response.status);
      cookie = cookiesOf(response) || cookie;
    }
    expect(statuses).toEqual([...Array.from({ length: 16 }, () => 200), 401]);
  });

  it.each(['kt_session=garbage', 'kt_session=a.b.c.d.e', 'kt_session='])('is not made of %s', async (cookie) => {
    expect((await testApp().app.request('/api/v1/session', { headers: { cookie } })).status).toBe(401);
  });

  it('is not made of a cookie that was sealed for something else', async () => {
    const { app } = testApp();
    const pending = cookiesOf(await app.request(`${PUBLIC_URL}/auth/login`)).replace('kt_login', 'kt_session');
    expect((await app.request('/api/v1/session', { headers: { cookie: pending } })).status).toBe(401);
  });

  it('ends when asked to, and says where to go', async () => {
    const { app, sessionFor } = testApp();
    const response = await app.request('/auth/logout', { method: 'POST', headers: { ...ours, cookie: await sessionFor(['admin']) } });
    expect(await response.json()).toEqual({ next: '/' });
    expect(response.headers.getSetCookie()[0]).toMatch(/^kt_session=; Max-Age=0/);
  });
});

describe('signing out everywhere', () => {
  const everywhere = (test: ReturnType<typeof testApp>, cookie: string) =>
    test.app.request(`${PUBLIC_URL}/auth/sign-out-everywhere`, { method: 'POST', headers: { ...ours, cookie } });

  it("revokes all sessions of who is signed in, ends this one, and says where the provider's ends", async () => {
    const forgotten: string[] = [];
    const vault = memoryVault();
    const revocations = { isRevoked: async () => false, forget: (personId: string) => void forgotten.push(personId) };
    const test = testApp({ vault, revocations });
    const response = await everywhere(test, await test.sessionFor(['user']));
    expect([response.status, await response.json()]).toEqual([200, { next: '/' }]);
    expect(vault.calls).toMatchObject([{ name: 'person.revoke-sessions', message: { actor: { id: 'ada' }, data: { personId: 'ada' } } }]);
    expect(forgotten).toEqual(['ada']);
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^kt_session=; Max-Age=0/)]);
  });

  it('leaves the session as it was where the vault is not there', async () => {
    const test = testApp({ vault: memoryVault({ 'person.revoke-sessions': new ServiceUnavailable('vault') }) });
    const response = await everywhere(test, await test.sessionFor(['user']));
    expect([response.status, response.headers.getSetCookie()]).toEqual([503, []]);
  });

  it('is for who is signed in, and from our own page', async () => {
    const test = testApp();
    expect((await everywhere(test, '')).status).toBe(401);
    const cookie = await test.sessionFor(['user']);
    const foreign = await test.app.request(`${PUBLIC_URL}/auth/sign-out-everywhere`, { method: 'POST', headers: { cookie } });
    expect(await foreign.json()).toMatchObject({ status: 403, code: 'cross-site-request' });
  });

  it('opens nothing more with a session that was revoked', async () => {
    const vault = memoryVault({ 'person.sessions': ok({ revokedBefore: new Date(NOW).toISOString() }) });
    const clock = testClock();
    const test = testApp({ vault, clock, revocations: sessionRevocations({ vault, clock }) });
    const before = await test.sessionFor(['admin']);
    const after = await test.sessionFor(['admin'], NOW + 1);
    const statusOf = async (path: string, cookie: string): Promise<number> =>
      (await test.app.request(path, { headers: { cookie } })).status;
    for (const path of ['/api/v1/session', '/api/v1/admin/credentials', '/api/v1/events']) expect(await statusOf(path, before)).toBe(401);
    expect((await everywhere(test, before)).status).toBe(401);
    expect(await statusOf('/api/v1/session', after)).toBe(200);
  });

  it('lets nobody in by a cookie while the vault cannot say who is revoked', async () => {
    const vault = memoryVault({ 'person.sessions': new ServiceUnavailable('vault') });
    const clock = testClock();
    const test = testApp({ vault, clock, revocations: sessionRevocations({ vault, clock }) });
    const response = await test.app.request('/api/v1/session', { headers: { cookie: await test.sessionFor(['admin']) } });
    expect(response.status).toBe(503);
  });
});

describe('the idle limit', () => {
  const renewedBy = async (path: string, headers: Record<string, string> = {}): Promise<boolean> => {
    const clock = testClock();
    const test = testApp({ clock });
    const cookie = await test.sessionFor(['admin']);
    clock.set(NOW + HOUR / 2);
    const response = await test.app.request(path, { headers: { cookie, ...headers } });
    expect(response.status).toBe(200);
    await response.body?.cancel();
    return response.headers.getSetCookie().length > 0;
  };

  it('is moved on by a person, and by nothing that the page does by itself', async () => {
    expect(await renewedBy('/api/v1/session')).toBe(true);
    expect(await renewedBy('/api/v1/session', { 'x-keyturn-background': '1' })).toBe(false);
    expect(await renewedBy('/api/v1/events')).toBe(false);
  });
});
