import { devAccounts, passwordOf, devAccountIds, type DevAccountId } from './accounts.ts';

export type LoginPage = { readonly action: string; readonly username?: string; readonly problem?: string };

/** One page, no script: a button for each person, and the ordinary form. */
export const loginPage = ({ action, username = '', problem }: LoginPage): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · Keyturn dev stack</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Sign in to Keyturn</h1>
<p>This is the development sign-in. It runs on your machine only.</p>
${problem ? `<p class="problem" role="alert">${escapeHtml(problem)}</p>` : ''}
<form method="post" action="${escapeHtml(action)}" aria-labelledby="accounts">
<h2 id="accounts">Sign in as</h2>
<ul>${devAccountIds.map(accountButton).join('')}</ul>
</form>
<form method="post" action="${escapeHtml(action)}" aria-labelledby="password-form">
<h2 id="password-form">Or with a password</h2>
<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" required value="${escapeHtml(username)}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required aria-describedby="hint">
<p id="hint">It is the user name followed by <code>-dev</code>, e.g. <code>${passwordOf('admin')}</code>.</p>
<button type="submit" class="primary">Sign in</button>
</form>
</main>
</body>
</html>`;

/** A page for what can't go on. */
export const problemPage = (title: string, detail: string): string => plainPage(title, `<p>${escapeHtml(detail)}</p>`);

/** `body` is HTML already. */
export const plainPage = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${body}</main></body></html>`;

const accountButton = (id: DevAccountId): string => {
  const { name, roles, tier } = devAccounts[id];
  return `<li><button type="submit" name="account" value="${id}"><strong>${id}</strong> <span>${name}, ${roles.join(', ')}, ${tier}</span></button></li>`;
};

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; background: light-dark(#f4f6f8, #14171a); }
main { box-sizing: border-box; width: min(28rem, 100%); padding: 2rem; border-radius: .75rem; background: light-dark(#fff, #1e2226); box-shadow: 0 1px 4px #0003; }
h1 { margin: 0; font-size: 1.4rem; } h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; } p { margin: .5rem 0; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem; }
label { display: block; margin-top: .75rem; font-weight: 600; }
input, button { box-sizing: border-box; width: 100%; padding: .6rem .75rem; font: inherit; border: 1px solid light-dark(#8a949e, #76808a); border-radius: .4rem; }
button { cursor: pointer; text-align: left; background: transparent; color: inherit; }
button:hover { background: light-dark(#eef2f6, #2a3036); }
button.primary { margin-top: 1rem; text-align: center; font-weight: 600; color: #fff; background: #1b5fb8; border-color: #1b5fb8; }
:focus-visible { outline: 3px solid #4c9aff; outline-offset: 2px; }
button span { color: light-dark(#4a545e, #b3bcc5); } .problem { color: light-dark(#a51d1d, #ff9b9b); font-weight: 600; }
`;
