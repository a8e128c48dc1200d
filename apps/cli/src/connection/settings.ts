import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Clock, Sensitive } from '@keyturn/kernel';
import { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import type { ReadSecret } from '../secret-file.ts';
import { keptSignIns } from '../sign-in/kept-sign-ins.ts';
import { tokenOfSignIn } from '../sign-in/token-of-sign-in.ts';
import { isSafeUrl } from './safe-url.ts';

/** What the command line may say about the connection; the environment says the rest. */
export const ConnectionOptions = z.object({
  url: z.string().optional(),
  tokenFile: z.string().optional(),
  identity: z.string().optional(),
  dev: z.boolean().optional(),
});
export type ConnectionOptions = z.infer<typeof ConnectionOptions>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where Keyturn is, and as whom to speak to it. */
export type Connection = {
  readonly url: string;
  readonly token: Sensitive<string>;
  readonly knownVaultsPath: string;
  readonly identity: string | undefined;
  /** The sign-in provider of the dev stack; elsewhere it must be named. */
  readonly oidcIssuer: string | undefined;
};

const Endpoints = z.object({ gatewayUrl: z.url(), oidcIssuer: z.string(), tokens: z.object({ admin: z.string().min(1) }) });

/** `var/dev/endpoints.json` of this directory or one above it. */
const findEndpoints = async (from: string): Promise<{ path: string; text: string }> => {
  for (let dir = resolve(from); ; dir = dirname(dir)) {
    const path = join(dir, 'var', 'dev', 'endpoints.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text !== null) return { path, text };
    if (dirname(dir) === dir) throw new CliFailure('usage', 'There is no var/dev/endpoints.json here or above: does a dev stack run?');
  }
};

const devConnection = async (cwd: string, identity: string | undefined): Promise<Connection> => {
  const { path, text } = await findEndpoints(cwd);
  const parsed = z
    .string()
    .transform((json) => JSON.parse(json) as unknown)
    .pipe(Endpoints)
    .safeParse(text);
  if (!parsed.success) throw new CliFailure('usage', `${path} is not of the form that this version knows: start the dev stack anew.`);
  const { gatewayUrl, oidcIssuer, tokens } = parsed.data;
  const knownVaultsPath = join(dirname(path), 'known-vaults.json'); // goes with that vault's data
  return { url: gatewayUrl, token: new Sensitive(tokens.admin), knownVaultsPath, identity, oidcIssuer };
};

const checkUrl = (text: string | undefined): string => {
  if (text === undefined || text === '') throw new CliFailure('usage', 'Say where Keyturn is: --url or KEYTURN_URL, or --dev.');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw new CliFailure('usage', 'The URL of Keyturn is no http(s) URL.');
  if (url.username !== '' || url.password !== '') throw new CliFailure('usage', 'The URL of Keyturn must not hold a user or a password.');
  if (!isSafeUrl(text)) {
    throw new CliFailure('usage', 'The URL of Keyturn must begin with https://, or the token would travel in clear.');
  }
  return url.origin;
};

type Deps = { readonly env: Environment; readonly cwd: string; readonly readSecret: ReadSecret; readonly clock: Clock };

/** The token that is given; none and no sign-in either is a failure. */
const tokenOf = async (file: string | undefined, gateway: KnownGateway, { env, readSecret, clock }: Deps): Promise<Sensitive<string>> => {
  const path = file ?? env['KEYTURN_TOKEN_FILE'];
  const given = env['KEYTURN_TOKEN'];
  if (path === undefined && given === undefined) {
    const kept = await tokenOfSignIn(keptSignIns(gateway.signInsPath), gateway.url, clock);
    if (kept !== null) return kept;
  }
  const token = path === undefined ? new Sensitive(given ?? '') : await readSecret(path, 'The token file');
  if (/^[\x21-\x7e]+$/.test(token.reveal())) return token;
  throw new CliFailure(
    'denied',
    'Sign in with keyturn login, or give a token: --token-file, KEYTURN_TOKEN_FILE or KEYTURN_TOKEN, or --dev.',
  );
};

const configDir = (env: Environment): string => join(env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config'), 'keyturn');

/** Where Keyturn is, and where what is known of it is kept; nobody has signed in for it yet. */
export type KnownGateway = { readonly url: string; readonly oidcIssuer: string | undefined; readonly signInsPath: string };

/** Settles which gateway is meant, as `connectionFrom` does. */
export const gatewayFrom = async (options: ConnectionOptions, { env, cwd }: Pick<Deps, 'env' | 'cwd'>): Promise<KnownGateway> => {
  const signInsPath = join(configDir(env), 'sign-ins.json');
  if (options.dev !== true)
    return { url: checkUrl(options.url ?? env['KEYTURN_URL']), oidcIssuer: env['KEYTURN_OIDC_ISSUER'], signInsPath };
  const { url, oidcIssuer } = await devConnection(cwd, undefined);
  return { url, oidcIssuer, signInsPath };
};

/** Settles the connection: options first, then the environment; `--dev` takes both from the running dev stack. */
export const connectionFrom = async (options: ConnectionOptions, deps: Deps): Promise<Connection> => {
  const { env, cwd } = deps;
  const identity = options.identity ?? env['KEYTURN_IDENTITY'];
  if (options.dev === true) return devConnection(cwd, identity);
  const gateway = await gatewayFrom(options, deps);
  return {
    url: gateway.url,
    token: await tokenOf(options.tokenFile, gateway, deps),
    knownVaultsPath: env['KEYTURN_KNOWN_VAULTS'] ?? join(configDir(env), 'known-vaults.json'),
    identity,
    oidcIssuer: gateway.oidcIssuer,
  };
};
