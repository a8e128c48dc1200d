import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Sensitive } from '@keyturn/kernel';
import { clientCredentials, connect, type Derived, type Fields, type Log } from '@keyturn/sdk';
import { Client } from 'pg';
import { z } from 'zod';
import type { LoginLine } from '../check/run-record.ts';

// A subscriber of the matrix: it follows credentials of each strategy, uses each all the time, and writes down what came of it.

const Settings = z.object({
  GATEWAY_URL: z.url(),
  OIDC_ISSUER: z.url(),
  CLIENT_ID: z.string(),
  CLIENT_SECRET_FILE: z.string(),
  CONSUMER: z.string(),
  INSTANCE: z.string(),
  BEAT_EVERY_MS: z.coerce.number(),
  DATABASE_ADDRESSES: z.string(),
  TOKEN_ADDRESSES: z.string(),
  LOGIN_LOG: z.string(),
  REVOKED_LIST: z.string(),
});
const settings = Settings.parse(process.env);
const { INSTANCE: instance } = settings;
const PATIENCE = { timeoutMs: 600_000 };
const USE_EVERY_MS = 100;
const TRY_EVERY_MS = 1_000;
const USE_TIMEOUT_MS = 5_000;

const now = (): string => new Date().toISOString();
const write = (line: LoginLine): void => appendFileSync(settings.LOGIN_LOG, `${JSON.stringify(line)}\n`);

/** By which the provider's log tells uses from what else this process asks for. */
const NAMES = { use: `matrix-${instance}`, probe: `matrix-${instance}-probe`, old: `matrix-${instance}-old` } as const;

const logIn = async ({ host, port, database, username, password }: Fields, name: string): Promise<void> => {
  const to = { host, port: Number(port), database, user: username, password, application_name: name };
  const client = new Client({ ...to, connectionTimeoutMillis: USE_TIMEOUT_MS, query_timeout: USE_TIMEOUT_MS });
  client.on('error', () => undefined); // the query that it breaks rejects
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
};

const callWith = async ({ apiBaseUrl = '', token }: Fields, name: string): Promise<void> => {
  const headers = { authorization: `Bearer ${token}`, 'user-agent': name };
  const answer = await fetch(`${apiBaseUrl}/zones`, { headers, signal: AbortSignal.timeout(USE_TIMEOUT_MS) });
  await answer.arrayBuffer();
  if (!answer.ok) throw Object.assign(new Error('refused'), { code: `HTTP ${answer.status}` });
};

const hashOf = (value = ''): string => createHash('sha256').update(value).digest('hex');
const codeOf = (error: unknown): string => String(Reflect.get(Object(error), 'code') ?? Reflect.get(Object(error), 'name'));

type Named = { readonly login: string; readonly secretHash: string };
type Followed = {
  readonly address: string;
  readonly name: (fields: Fields) => Named;
  readonly use: (fields: Fields, name: string) => Promise<void>;
};

const databases = settings.DATABASE_ADDRESSES.split(',').map((address): Followed => {
  return { address, name: ({ username = '', password }) => ({ login: username, secretHash: hashOf(password) }), use: logIn };
});
const apis = settings.TOKEN_ADDRESSES.split(',').map((address): Followed => {
  return { address, name: ({ token }) => ({ login: hashOf(token), secretHash: hashOf(token) }), use: callWith };
});

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

const tell =
  (level: string) =>
  (event: string, fields: object = {}): void =>
    console.log(JSON.stringify({ time: now(), level, event, ...fields }));
const log: Log = { debug: () => undefined, info: tell('info'), warn: tell('warn'), error: tell('error') };

const clientSecret = () => new Sensitive(readFileSync(settings.CLIENT_SECRET_FILE, 'utf8').trim());
const keyturn = await connect({
  gatewayUrl: settings.GATEWAY_URL,
  token: clientCredentials({ issuer: settings.OIDC_ISSUER, clientId: settings.CLIENT_ID, clientSecret }),
  consumer: settings.CONSUMER,
  instance,
  beatEveryMs: settings.BEAT_EVERY_MS,
  log,
  signal: stop.signal,
});
keyturn.onChange(({ address, version, generation }) => write({ kind: 'changed', instance, at: now(), address, version, generation }));

/** What was in use, by address and version: kept when it is left, so that it can be tried when it must be dead. */
const kept = new Map<string, Map<number, Fields>>([...databases, ...apis].map(({ address }) => [address, new Map()]));

const useOnce = ({ address, name, use }: Followed, derived: Derived<Fields>): Promise<void> => {
  const version = derived.version();
  return derived.use(async (fields) => {
    kept.get(address)?.set(version, fields);
    const from = now();
    const code = await use(fields, NAMES.use).then(() => null, codeOf);
    write({ kind: 'used', instance, at: now(), from, address, version, ...name(fields), code });
  });
};

const follow = async (followed: Followed): Promise<() => Promise<void>> => {
  const { address, use } = followed;
  const secret = await keyturn.secret(address, { parse: (fields) => fields, ...PATIENCE });
  const recipe = { build: (fields: Fields) => fields, probe: (fields: Fields) => use(fields, NAMES.probe), drain: () => Promise.resolve() };
  const derived = await keyturn.derived(secret, recipe, PATIENCE);
  return async () => {
    while (!stop.signal.aborted) {
      await useOnce(followed, derived);
      await pause(USE_EVERY_MS * (0.5 + Math.random()));
    }
  };
};

const Revoked = z.object({ address: z.string(), version: z.int() });

/** The versions of an address that are on the test's list of those whose revocation is recorded; before that a try would be a use. */
const revokedOf = (address: string): number[] => {
  const text = existsSync(settings.REVOKED_LIST) ? readFileSync(settings.REVOKED_LIST, 'utf8') : '';
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => Revoked.parse(JSON.parse(line))).flatMap((one) => (one.address === address ? [one.version] : []));
};

/** Tries, again and again, the version that was revoked last of those that this process ever used. */
const tryOld = async ({ address, use }: Followed): Promise<void> => {
  while (!stop.signal.aborted) {
    await pause(TRY_EVERY_MS * (0.5 + Math.random() / 2));
    const version = revokedOf(address).findLast((one) => kept.get(address)?.has(one));
    const fields = version === undefined ? undefined : kept.get(address)?.get(version);
    if (version === undefined || !fields) continue;
    const from = now();
    const code = await use(fields, NAMES.old).then(() => null, codeOf);
    write({ kind: 'old', instance, at: now(), from, address, version, code });
  }
};

const loops = await Promise.all([...databases, ...apis].map(follow));
write({ kind: 'ready', instance, at: now() });
await Promise.all([...loops.map((loop) => loop()), ...[...databases, ...apis].map(tryOld)]);
await keyturn.close();
