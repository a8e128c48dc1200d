import { Session } from '@keyturn/contracts/api';
import type { Command } from 'commander';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import { httpGateway } from '../connection/gateway.ts';
import { ConnectionOptions, gatewayFrom } from '../connection/settings.ts';
import type { Action, Bind } from '../context.ts';
import { endedAtProvider, signInByDevice } from '../sign-in/device-sign-in.ts';
import { keptSignIns } from '../sign-in/kept-sign-ins.ts';

const Login = z.object({
  issuer: z.string().optional(),
  client: z.string().min(1).default('keyturn-cli'),
  scope: z.string().min(1).default('openid profile email'),
});

const login: Action = async (context) => {
  const { clock, signal, printer, env } = context;
  const { issuer: said, client: clientId, scope } = context.options(Login);
  const { url, oidcIssuer, signInsPath } = await gatewayFrom(context.options(ConnectionOptions), context);
  const issuer = said ?? oidcIssuer ?? env['KEYTURN_OIDC_ISSUER'];
  if (issuer === undefined) throw new CliFailure('usage', 'Say where to sign in: --issuer or KEYTURN_OIDC_ISSUER.');
  const ask = (asked: { readonly url: string; readonly code: string }): void =>
    printer.note(`Open ${asked.url} and confirm the code ${asked.code}. Waiting …`);
  const signIn = await signInByDevice({ provider: { issuer, clientId }, scope, clock, signal, ask });
  // Kept only once the gateway takes it: what it would refuse is no use later either.
  const session = await httpGateway({ url, token: signIn.accessToken, signal }).ask({ path: '/api/v1/session', answers: Session });
  await keptSignIns(signInsPath).keep(url, signIn);
  const { id, name, roles } = session;
  printer.result({ url, id, name, roles }, [`Signed in at ${url} as ${name}, ${roles.join(', ')}.`]);
  return 'ok';
};

const logout: Action = async (context) => {
  const { url, signInsPath } = await gatewayFrom(context.options(ConnectionOptions), context);
  const kept = keptSignIns(signInsPath);
  const signIn = await kept.of(url);
  if (signIn === null) {
    context.printer.result({ url, signedOut: false }, [`Nobody is signed in at ${url}.`]);
    return 'ok';
  }
  await kept.keep(url, null);
  const isEnded = await endedAtProvider(signIn);
  if (!isEnded) context.printer.note('The sign-in provider didn’t end it: its tokens are forgotten here, and go on there until they end.');
  context.printer.result({ url, signedOut: true, endedAtProvider: isEnded }, [`Signed out at ${url}.`]);
  return 'ok';
};

/** `keyturn login`, `keyturn logout`. */
export const addSignInCommands = (program: Command, bind: Bind): void => {
  program
    .command('login')
    .description('signs in with a browser, here or elsewhere (device flow); the other commands then need no token')
    .option('--issuer <url>', 'the sign-in provider (KEYTURN_OIDC_ISSUER)')
    .option('--client <id>', 'as which of its clients; keyturn-cli if not said')
    .option('--scope <scopes>', 'what is asked for; "openid profile email" if not said')
    .action(bind(login));
  program.command('logout').description('forgets the sign-in at this gateway, and ends it at the provider').action(bind(logout));
};
