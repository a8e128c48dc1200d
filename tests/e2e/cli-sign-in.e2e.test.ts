import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Chromium, launchChromium } from '@keyturn/dev-stack/browser';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { confirmDevice } from './support/confirm-device.ts';
import { printed, runCli } from './support/run-cli.ts';

const { endpoints } = inject('stack');
let chromium: Chromium;
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'keyturn-home-'));
  chromium = await launchChromium({ env: process.env });
});
afterAll(async () => {
  await chromium?.close();
  await rm(home, { recursive: true, force: true });
});

const env = () => ({ HOME: home, KEYTURN_URL: endpoints.gatewayUrl, KEYTURN_OIDC_ISSUER: endpoints.oidcIssuer });
const keptIn = () => join(home, '.config', 'keyturn', 'sign-ins.json');
type Kept = Record<string, { accessToken: string; refreshToken: string; expiresAt: string }>;
const kept = async (): Promise<Kept> => JSON.parse(await readFile(keptIn(), 'utf8')) as Kept;
const ASKED = /Open (?<url>\S+) and confirm the code (?<code>[\w-]+)\./u;

/** Runs `keyturn login`, and does in a browser what it asks for. */
const login = async (account: 'auditor' | 'operator') => {
  let confirmed: Promise<void> | undefined;
  await chromium.context.clearCookies(); // the provider would take whoever signed in last
  const onErr = (shown: string): void => {
    const { url, code } = ASKED.exec(shown)?.groups ?? {};
    if (url === undefined || code === undefined || confirmed !== undefined) return;
    confirmed = chromium.context.newPage().then((page) => confirmDevice(page, { url, code }, account));
  };
  const run = await runCli(['login'], { env: env(), onErr });
  await confirmed;
  return run;
};

describe('keyturn login', () => {
  it('without it, and without a token, says how to sign in', async () => {
    const run = await runCli(['credentials', 'list'], { env: env() });
    expect([run.code, run.err]).toEqual([4, expect.stringContaining('keyturn login')]);
  });

  it('signs a person in by a browser, keeps the tokens for them alone, and the other commands use them', async () => {
    const run = await login('auditor');
    expect({ code: run.code, out: run.out }).toEqual({ code: 0, out: expect.stringContaining('as Ari Auditor, auditor.') });
    expect((await stat(keptIn())).mode & 0o777).toBe(0o600);
    const listed = await runCli(['credentials', 'list'], { env: env() });
    expect([listed.code, listed.out]).toEqual([0, expect.stringContaining('system.postgres.orders')]);
    const refused = await runCli(['credentials', 'rotate', 'system.postgres.orders'], { env: env() });
    expect(refused.code).toBe(4); // an auditor reads
  });

  it('gets new tokens by itself where the old ones end', async () => {
    const before = await kept();
    const old = before[endpoints.gatewayUrl]!;
    await writeFile(keptIn(), JSON.stringify({ [endpoints.gatewayUrl]: { ...old, expiresAt: new Date(0).toISOString() } }));
    expect((await runCli(['credentials', 'list'], { env: env() })).code).toBe(0);
    const now = (await kept())[endpoints.gatewayUrl]!;
    expect(now.accessToken).not.toBe(old.accessToken);
    expect(Date.parse(now.expiresAt)).toBeGreaterThan(Date.now());
    expect((await stat(keptIn())).mode & 0o777).toBe(0o600);
  });

  it('is read from no file that others can read', async () => {
    await chmod(keptIn(), 0o644);
    const run = await runCli(['credentials', 'list'], { env: env() });
    expect([run.code, run.err]).toEqual([2, expect.stringContaining('Others on this machine can read')]);
    await chmod(keptIn(), 0o600);
  });

  it('is ended by keyturn logout, at the provider too', async () => {
    const { refreshToken } = (await kept())[endpoints.gatewayUrl]!;
    expect((await runCli(['logout'], { env: env() })).code).toBe(0);
    expect(await kept()).toEqual({});
    expect((await runCli(['credentials', 'list'], { env: env() })).code).toBe(4);
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'keyturn-cli', refresh_token: refreshToken });
    expect((await fetch(`${endpoints.oidcIssuer}/token`, { method: 'POST', body })).status).toBe(400);
    expect((await runCli(['logout'], { env: env() })).out).toContain('Nobody is signed in');
  });

  it('says so where the sign-in has ended meanwhile', async () => {
    expect((await login('operator')).code).toBe(0);
    const { [endpoints.gatewayUrl]: old } = await kept();
    const ended = { ...old!, expiresAt: new Date(0).toISOString(), refreshToken: 'not-this-one' };
    await writeFile(keptIn(), JSON.stringify({ [endpoints.gatewayUrl]: ended }));
    const run = await runCli(['credentials', 'list'], { env: env() });
    expect([run.code, run.err]).toEqual([4, expect.stringContaining('The sign-in has ended')]);
    expect(await kept()).toEqual({});
  });

  it('has printed no token', () => {
    expect(printed.join('')).toContain('Signed in at');
    expect(printed.join('')).not.toMatch(/eyJ[\w-]{20,}/u);
  });
});
