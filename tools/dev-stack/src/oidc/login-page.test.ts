import { describe, expect, it } from 'vitest';
import { devAccountIds, passwordOf, signIn } from './accounts.ts';
import { loginPage } from './login-page.ts';

describe('signIn', () => {
  it.each(devAccountIds)('knows %s by the password on the page', (id) => expect(signIn(id, passwordOf(id))?.id).toBe(id));

  it.each([
    ['admin', 'operator-dev'],
    ['admin', ''],
    ['nobody', 'nobody-dev'],
    ['__proto__', '__proto__-dev'],
  ])('refuses %s with %j', (username, password) => expect(signIn(username, password)).toBeUndefined());
});

describe('loginPage', () => {
  it('offers every account and labels both fields', () => {
    const page = loginPage({ action: '/login/1' });
    for (const id of devAccountIds) expect(page).toContain(`name="account" value="${id}"`);
    expect(page).toContain('<label for="username">');
    expect(page).toContain('<label for="password">');
  });

  it('shows what was typed as text, never as markup', () => {
    const page = loginPage({ action: '/login/1', username: '"><script>alert(1)</script>', problem: 'No & no' });
    expect(page).not.toContain('<script>');
    expect(page).toContain('No &amp; no');
  });
});
