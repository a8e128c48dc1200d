import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startServers, startStack } from '../src/index.ts';
import { temporaryFolder } from './fixtures/temporary-folder.ts';

it('uses the servers that it is offered, starts none of its own, and leaves them running', { timeout: 180_000 }, async () => {
  const theirs = await startServers({ varDir: temporaryFolder() });
  onTestFinished(() => theirs.stop());
  const varDir = temporaryFolder();
  const env = {
    KEYTURN_POSTGRES_URL: theirs.postgres.url,
    KEYTURN_NATS_URL: theirs.nats.url,
    KEYTURN_NATS_KEYS_DIR: theirs.nats.keysDir,
    KEYTURN_TEMPORAL_ADDRESS: theirs.temporal.address,
    KEYTURN_TEMPORAL_UI_URL: theirs.temporal.uiUrl,
    KEYTURN_OIDC_ISSUER: theirs.oidc.issuer,
    KEYTURN_OIDC_DIR: theirs.oidc.oidcDir,
  };
  const stack = await startStack({ varDir, env, ui: false, instances: ['one'] });

  const processes = readdirSync(join(varDir, 'run')).filter((name) => name.endsWith('.process.json'));
  expect(processes.map((name) => name.split('.')[0] ?? '').toSorted()).toEqual([
    'api-gateway',
    'audit',
    'orders-one',
    'rotation-worker',
    'vault',
  ]);
  expect(stack.endpoints).toMatchObject({
    natsUrl: theirs.nats.url,
    temporalAddress: theirs.temporal.address,
    oidcIssuer: theirs.oidc.issuer,
  });
  expect((await stack.api.list()).items.map(({ address }) => address)).toContain('system.postgres.orders');
  await expect(stack.servers.postgres.kill()).rejects.toThrow('not ours to kill');

  await stack.stop();
  expect(theirs.inOrder.map((server) => server.pid()).filter((pid) => pid === undefined)).toEqual([]);
  expect((await fetch(`${theirs.oidc.issuer}/.well-known/openid-configuration`)).status).toBe(200);
});
