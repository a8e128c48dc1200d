import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { Connection } from '@temporalio/client';
import { Client } from 'pg';
import { readFile } from 'node:fs/promises';
import { expect, inject, it, onTestFinished } from 'vitest';
import {
  binaryCacheDir,
  createDatabase,
  findBinary,
  inboxPrefixOf,
  mintAccessToken,
  natsServer,
  startNats,
  startOidc,
  startPostgres,
  startTemporal,
  temporal,
  type NatsServer,
} from '../src/index.ts';
import { temporaryFolder } from './fixtures/temporary-folder.ts';
import '../src/testing/provided-context.ts';

const query = async (url: string, text: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // a killed server; the query itself rejects too
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
};

it('keeps Postgres on its port and its data through a kill and a stop', async () => {
  const server = await startPostgres({ varDir: temporaryFolder() });
  onTestFinished(() => server.stop());
  await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const firstPid = server.pid();

  await server.kill();
  await expect(query(server.url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/u);
  await server.restart();
  expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  expect(server.pid()).not.toBe(firstPid);

  await server.stop();
  await server.stop();
  expect(server.pid()).toBeUndefined();
  await server.restart();
  expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

it('starts Postgres again right after a kill that left sessions behind', async () => {
  const server = await startPostgres({ varDir: temporaryFolder() });
  onTestFinished(() => server.stop());
  const busy = Array.from({ length: 20 }, () => query(server.url, 'SELECT pg_sleep(30)').catch(() => 'cut off'));
  await expect
    .poll(() => query(server.url, `SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'`))
    .toEqual([{ n: 20 }]);
  await server.kill();
  await server.restart();
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(new Set(await Promise.all(busy))).toEqual(new Set(['cut off']));
});

it('starts Postgres in a folder that only this user may enter', async () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o700);
  const server = await startPostgres({ varDir: folder });
  onTestFinished(() => server.stop());
  expect(await query(server.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  expect(await query(server.url, 'SHOW password_encryption')).toEqual([{ password_encryption: 'scram-sha-256' }]);
  expect(statSync(join(folder, 'postgres-superuser.password')).mode & 0o777).toBe(0o600);
});

it('makes a fresh database and drops it although sessions use it', async () => {
  const database = await createDatabase(inject('postgresUrl'), 'try');
  const client = new Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  await database.drop();
  await expect(query(database.url, 'SELECT 1')).rejects.toThrow(/does not exist/u);
});

const asVault = async (nats: NatsServer): Promise<NatsConnection> =>
  connect({
    servers: nats.url,
    authenticator: credsAuthenticator(await readFile(join(nats.credsDir, 'vault.creds'))),
    inboxPrefix: inboxPrefixOf('vault'),
    reconnect: false,
  });

it('keeps the NATS stream, keys and creds through a kill', async () => {
  const nats = await startNats({
    varDir: temporaryFolder(),
    binary: await findBinary(natsServer, { env: process.env, cacheDir: binaryCacheDir }),
  });
  onTestFinished(() => nats.stop());
  const before = await asVault(nats);
  await (await jetstreamManager(before, { checkAPI: false })).streams.add({ name: 'KEYTURN_EVENTS', subjects: ['keyturn.log.>'] });
  await jetstream(before).publish('keyturn.log.credential.rotated', 'kept');
  await nats.kill();
  await before.closed();
  await nats.restart();

  const after = await asVault(nats);
  const { state } = await (await jetstreamManager(after, { checkAPI: false })).streams.info('KEYTURN_EVENTS');
  expect(state.messages).toBe(1);
  await after.close();
  expect(statSync(join(nats.keysDir, 'account-signer.nk')).mode & 0o777).toBe(0o600);
  expect(statSync(join(nats.credsDir, 'gateway.creds')).mode & 0o777).toBe(0o600);
});

it('refuses a NATS connection that shows no creds', async () => {
  await expect(connect({ servers: inject('natsUrl'), reconnect: false })).rejects.toThrow(/authorization violation/iu);
});

it('keeps what Temporal knows through a kill, and serves its UI', async () => {
  const server = await startTemporal({
    varDir: temporaryFolder(),
    binary: await findBinary(temporal, { env: process.env, cacheDir: binaryCacheDir }),
  });
  onTestFinished(() => server.stop());
  expect((await fetch(server.uiUrl)).status).toBe(200);
  const before = await Connection.connect({ address: server.address });
  const { namespaceInfo } = await before.workflowService.describeNamespace({ namespace: 'default' });
  await before.close();

  await server.kill();
  await server.restart();
  const after = await Connection.connect({ address: server.address });
  const found = await after.workflowService.describeNamespace({ namespace: 'default' });
  await after.close();
  expect(found.namespaceInfo?.id).toBe(namespaceInfo?.id);
});

it('keeps the OIDC issuer and its signing keys through a kill', async () => {
  const server = await startOidc({ varDir: temporaryFolder() });
  onTestFinished(() => server.stop());
  const keys = async (): Promise<string> => (await fetch(`${server.issuer}/jwks`)).text();
  const before = await keys();
  await server.kill();
  await server.restart();
  expect(await keys()).toBe(before);
  expect(await mintAccessToken({ oidcDir: server.oidcDir, issuer: server.issuer, account: 'admin' })).toMatch(/^ey/u);
});
