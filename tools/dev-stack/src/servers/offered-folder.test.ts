import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { offeredNats } from './nats.ts';
import { offeredFolder } from './offered-folder.ts';
import { offeredOidc } from './oidc.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyturn-offered-'));
writeFileSync(join(folder, 'account.nk'), 'SAAN');
afterAll(() => rmSync(folder, { recursive: true }));

describe('a folder that a variable offers', () => {
  it('is taken where it holds what is needed', () => expect(offeredFolder('KEYTURN_NATS_KEYS_DIR', folder, ['account.nk'])).toBe(folder));

  it('stops the start of NATS by a sentence that names the variable and what it lacks', () =>
    expect(offeredNats({ varDir: folder, url: 'nats://127.0.0.1:1', keysDir: folder })).rejects.toThrow(
      'KEYTURN_NATS_KEYS_DIR names a folder without account-signer.nk and subscriber-signer.nk.',
    ));

  it('and that of the provider, before anything is made in it', async () => {
    await expect(offeredOidc({ issuer: 'http://127.0.0.1:1', dir: join(folder, 'nowhere') })).rejects.toThrow(
      'KEYTURN_OIDC_DIR names a folder without keys.json and gateway-client.secret.',
    );
  });
});
