import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  binaryCacheDir,
  findKeycloak,
  freePort,
  keycloakAdmin,
  type KeycloakServer,
  projectRoot,
  randomPassword,
  startKeycloak,
} from '@keyturn/dev-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';

const varDir = join(projectRoot, 'var', `keycloak-attributes-${process.pid}`);
let keycloak: KeycloakServer;
beforeAll(async () => {
  const home = await findKeycloak({ env: process.env, cacheDir: binaryCacheDir, onProgress: console.log });
  keycloak = await startKeycloak({ varDir, home, publicUrl: `http://127.0.0.1:${await freePort()}` });
}, 900_000);
afterAll(async () => {
  await keycloak?.stop();
  rmSync(varDir, { recursive: true, force: true });
});

const DOCUMENTED_REALM = 'https://sso.example/admin/realms/main';

/** The shell lines that the docs tell an administrator to run. */
const documented = async (): Promise<string> => {
  const page = await readFile(join(projectRoot, 'docs', 'migrating.md'), 'utf8');
  const block = page.match(/```sh\n(?<lines>[^`]*curl[^`]*)```/u)?.groups?.['lines'];
  if (block === undefined) throw new Error('docs/migrating.md has no block with curl');
  expect(block).toContain(DOCUMENTED_REALM);
  return block.replace(DOCUMENTED_REALM, keycloak.adminUrl);
};

it('the documented lines take the imported keys out of Keycloak, and nothing else', async () => {
  const admin = keycloakAdmin(keycloak);
  await admin.allowAnyAttribute();
  const person = { username: 'byok0', password: randomPassword(), role: 'user', tier: 'professional' };
  const id = await admin.addPerson(person);
  const others = { byok_openai_label: ['My openai key'], byok_openai_added_date: ['2025-10-01T12:00:00'], department: ['ops'] };
  const before = await admin.attributesOf(id);
  await admin.setAttributes(id, { ...before, ...others, byok_openai_key: ['gAAAAAB-of-the-old-system'], byok_custom_key: ['in clear'] });
  expect(await admin.attributesOf(id)).toMatchObject({ byok_openai_key: ['gAAAAAB-of-the-old-system'], byok_custom_key: ['in clear'] });

  const env = { ...process.env, ID: id, TOKEN: await admin.token() };
  const { stdout, stderr } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', await documented()], { env });

  expect([stdout, stderr]).toEqual(['', '']);
  expect(await admin.attributesOf(id)).toEqual({ ...before, ...others });
});
