import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { systemClock } from '@keyturn/kernel';
import type { Provider } from 'oidc-provider';
import { findAccount, signIn, type DevAccount } from './accounts.ts';
import { loginPage, problemPage } from './login-page.ts';

const LOGIN = /^\/login\/[\w-]+$/u;

/** Our login page in front of the provider's own endpoints. */
export const oidcApp = (provider: Provider): RequestListener => {
  const protocol = provider.callback();
  return (request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    if (!LOGIN.test(path)) {
      void protocol(request, response);
      return;
    }
    logIn(provider, path, request, response).catch(() => {
      html(response, 400, problemPage('This sign-in has expired', 'Go back to Keyturn and sign in again.'));
    });
  };
};

const logIn = async (provider: Provider, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { params } = await provider.interactionDetails(request, response);
  if (request.method !== 'POST') {
    const hint = params['login_hint'];
    html(response, 200, loginPage({ action: path, ...(typeof hint === 'string' ? { username: hint } : {}) }));
    return;
  }
  const form = new URLSearchParams(await text(request));
  const account = chosenAccount(form);
  if (account) {
    const login = { accountId: account.id, ...signedInAt(form) };
    await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
    return;
  }
  html(response, 401, loginPage({ action: path, username: form.get('username') ?? '', problem: 'User name or password is wrong.' }));
};

/** A test may have somebody signed in who came minutes ago, so that nobody has to wait for a sign-in to grow old. */
const signedInAt = (form: URLSearchParams): { readonly ts?: number } => {
  const minutes = Number(form.get('minutes_ago') ?? '0');
  return minutes > 0 ? { ts: Math.floor(systemClock.now().getTime() / 1000) - minutes * 60 } : {};
};

const chosenAccount = (form: URLSearchParams): DevAccount | undefined => {
  const clicked = form.get('account');
  return clicked === null ? signIn(form.get('username') ?? '', form.get('password') ?? '') : findAccount(clicked);
};

const html = (response: ServerResponse, status: number, page: string): void => {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
  response.end(page);
};
