import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CredentialView } from '@keyturn/contracts/api';
import { legacyTruth, readLegacy } from '@keyturn/imports/testing';
import { afterAll, beforeAll, expect, inject } from 'vitest';
import { ask, credentialPath, CREDENTIALS } from './ask.ts';
import { type CliOptions, type CliRun, printed, runCli } from './run-cli.ts';

export type Row = { reference: string; status: string; address?: string; credentialId?: string; retired?: string; sentences: string[] };
export type Report = { rows: Row[]; counts: Record<string, number>; failed: number; blanked: number; next: string[] };

export const reportOf = ({ out, err }: CliRun): Report => {
  expect(out, `stderr: ${err}`).toMatch(/^\{/);
  return JSON.parse(out) as Report;
};

export const rowOf = (report: Report, reference: string): Row => {
  const row = report.rows.find((each) => each.reference === reference);
  if (!row) throw new Error(`no row ${reference}`);
  return row;
};

export const allCredentials = async (): Promise<{ credentialId: string; address: string; isDefault: boolean }[]> =>
  ((await ask(`${CREDENTIALS}?limit=200`)).json as { items: { credentialId: string; address: string; isDefault: boolean }[] }).items;

export const viewOf = async ({ credentialId = '' }: Row): Promise<CredentialView> =>
  CredentialView.parse((await ask(credentialPath(credentialId))).json);

/** Does the vault hold this very value as the main secret? */
export const isHeld = async (row: Row, secret: string): Promise<boolean> => {
  const [field = ''] = Object.keys((await viewOf(row)).masks);
  const body = { version: 1, secretFields: { [field]: secret } };
  return ((await ask(`${credentialPath(row.credentialId ?? '')}/verify-value`, { method: 'POST', body })).json as { equal: boolean }).equal;
};

/** Nothing that the CLI printed in this file's tests holds a value of the older system, a key, a token, or one of these. */
export const expectNothingPrinted = (more: readonly string[]): void => {
  const { tokens } = inject('stack').endpoints;
  const everything = printed.join('\n');
  const fernet = ['ops-center.sql', 'keycloak-users.json'].flatMap((file) => readLegacy(file).match(/gAAAA[\w=-]+/g) ?? []);
  const secrets = [
    ...legacyTruth().flatMap(({ secret }) => (secret === null ? [] : [secret, JSON.stringify(secret).slice(1, -1)])),
    ...fernet,
    ...Object.values(tokens),
    readLegacy('ENCRYPTION_KEY'),
    ...more,
  ];
  expect(everything.length).toBeGreaterThan(10_000);
  expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
};

export type ImportRuns = {
  inDir(name: string): string;
  /** Writes a file that only its owner can read, and says where it is. */
  secretFile(name: string, text: string): Promise<string>;
  /** Runs the CLI as an admin; the file `keys` holds the older system's keys. */
  keyturn(args: readonly string[], options?: CliOptions): Promise<CliRun>;
};

/** A folder for the imports of one test file: with an admin's token and the older system's keys, and gone after the last test. */
export const importRuns = (): ImportRuns => {
  let dir = '';
  const inDir = (name: string): string => join(dir, name);
  const secretFile = async (name: string, text: string): Promise<string> => {
    await writeFile(inDir(name), text, { mode: 0o600 });
    return inDir(name);
  };
  const { gatewayUrl, tokens } = inject('stack').endpoints;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'keyturn-imports-'));
    await secretFile('token', `${tokens.admin}\n`);
    await secretFile('keys', `# an older one first\n${randomBytes(32).toString('base64url')}=\n${readLegacy('ENCRYPTION_KEY')}\n`);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));
  return {
    inDir,
    secretFile,
    keyturn: (args, { env = {}, ...options } = {}) => {
      const own = { KEYTURN_URL: gatewayUrl, KEYTURN_TOKEN_FILE: inDir('token'), KEYTURN_KNOWN_VAULTS: inDir('known-vaults.json') };
      return runCli(args, { env: { ...own, ...env }, ...options });
    },
  };
};
