import { refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../faults.ts';
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
