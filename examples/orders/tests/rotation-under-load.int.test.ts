import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus, type Bus } from '@keyturn/bus';
import { mintNatsCreds, serviceIdentities, subscriberName, subscriberPermissions, waitUntil } from '@keyturn/dev-stack';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { MemoryVault, serveMemoryVault } from '@keyturn/sdk/testing';
import { silentLogger } from '@keyturn/telemetry';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { OrdersStats } from '../src/stats.ts';

const ADDRESS = 'system.postgres.orders-example';
const OWNER = 'orders_example';
const SECOND = 'orders_example_kt1';
const subscriber = { consumer: 'orders', instance: 'load1', addresses: [ADDRESS] };
const folder = mkdtempSync(join(tmpdir(), 'keyturn-orders-'));
const statsFile = join(folder, 'stats.json');

let admin: Client;
let bus: Bus;
let vault: MemoryVault;
let service: ChildProcess;
let output = '';

const server = new URL(inject('postgresUrl'));
const fieldsOf = (username: string, password: string) => ({
  host: server.hostname,
  port: server.port,
  database: OWNER,
  username,
  password,
});
const stats = (): OrdersStats => JSON.parse(readFileSync(statsFile, 'utf8')) as OrdersStats;
const until = async (what: string, claim: () => boolean): Promise<void> => {
  if (await waitUntil(claim, { timeoutMs: 15_000, everyMs: 5 })) return;
  throw new Error(`never: ${what}; the service said:\n${output.slice(-3_000)}`);
};
const servicePermissions = { ...serviceIdentities.vault };

beforeAll(async () => {
  admin = new Client({ connectionString: server.href });
  await admin.connect();
  await admin.query(`CREATE ROLE ${OWNER} LOGIN PASSWORD 'first-canary'`);
  await admin.query(`CREATE DATABASE ${OWNER} OWNER ${OWNER}`);
  await admin.query(`CREATE ROLE ${SECOND} LOGIN PASSWORD 'none' IN ROLE ${OWNER}`);
  await admin.query(`ALTER ROLE ${SECOND} SET role = '${OWNER}'`);
  const owner = new Client({ ...fieldsOf(OWNER, 'first-canary'), port: Number(server.port), user: OWNER });
  await owner.connect();
  await owner.query(readFileSync(new URL('../schema.sql', import.meta.url), 'utf8'));
  await owner.end();

  const keysDir = inject('natsKeysDir');
  const vaultCreds = new Sensitive(await mintNatsCreds({ keysDir, name: 'vault', ...servicePermissions }));
  bus = await connectBus({ url: inject('natsUrl'), creds: vaultCreds, name: 'vault', log: silentLogger });
  vault = new MemoryVault(systemClock);
  const credsFile = join(folder, 'orders.creds');
  const name = subscriberName(subscriber);
  writeFileSync(credsFile, await mintNatsCreds({ keysDir, name, ...subscriberPermissions(subscriber) }), { mode: 0o600 });
  const { consumer: CONSUMER, instance: INSTANCE } = subscriber;
  const env = { CONSUMER, INSTANCE, ADDRESS, NATS_URL: inject('natsUrl'), NATS_CREDS_FILE: credsFile, STATS_FILE: statsFile };
  service = spawn(process.execPath, [new URL('../src/main.ts', import.meta.url).pathname], {
    env: { ...process.env, ...env, BEAT_EVERY_MS: '500', KEYTURN_IDENTITY: vault.identity },
  });
  for (const stream of [service.stdout, service.stderr]) stream?.on('data', (chunk: Buffer) => void (output += chunk.toString()));
});

afterAll(async () => {
  service.kill('SIGKILL');
  await bus.close();
  await admin.query(`DROP DATABASE IF EXISTS ${OWNER} WITH (FORCE)`);
  await admin.query(`DROP ROLE IF EXISTS ${SECOND}, ${OWNER}`);
  await admin.end();
  rmSync(folder, { recursive: true, force: true });
});

const held = (): string => (vault.held.get(subscriber.instance)?.[0]?.versions ?? []).join();

describe('the sample service', () => {
  it('loses no login and no query while its role is replaced and the old one denied, again and again', async () => {
    const { commit } = serveMemoryVault(bus, vault);
    commit(ADDRESS, fieldsOf(OWNER, 'first-canary'));
    await until('the workers work', () => existsSync(statsFile) && stats().queriesTried > 50);
    for (let version = 2; version <= 7; version += 1) {
      const [next, old] = version % 2 === 0 ? [SECOND, OWNER] : [OWNER, SECOND];
      const password = `canary-of-version-${version}`;
      await admin.query(`ALTER ROLE ${next} LOGIN PASSWORD '${password}'`);
      commit(ADDRESS, fieldsOf(next, password));
      await until(`version ${version} is acknowledged`, () => vault.acks.some((ack) => ack.version === version && ack.ok));
      await until(`only version ${version} is held`, () => held() === String(version));
      await admin.query(`ALTER ROLE ${old} NOLOGIN`); // the moment that the lease allows it
      const since = stats().queriesTried;
      await until(`work goes on with version ${version}`, () => stats().version === version && stats().queriesTried > since + 100);
    }
    expect(stats()).toMatchObject({ loginsFailed: 0, queriesFailed: 0, swaps: 6, isConnected: true, isAcknowledged: true, holds: [7] });
    expect(stats().loginsTried).toBeGreaterThan(20);
    expect(vault.acks.map(({ ok }) => ok)).toEqual(Array.from({ length: 7 }, () => true));
    expect(existsSync(`${statsFile}.failures.jsonl`)).toBe(false);
  });

  it('goes on with its last good value while the vault is away, and says that a version does not work', async () => {
    vault.outage = 'before';
    const since = stats().queriesTried;
    await until('work goes on', () => stats().queriesTried > since + 200);
    vault.outage = null;
    const acked = vault.acks.length;
    bus.publish(`keyturn.evt.${ADDRESS}.credential.rotated`, vault.commit(ADDRESS, fieldsOf(SECOND, 'wrong')));
    await until('the failure is told', () => vault.acks.length > acked);
    expect(vault.acks.at(-1)).toMatchObject({ ok: false, sentence: 'the probe failed: 28P01' });
    expect(stats()).toMatchObject({ loginsFailed: 0, queriesFailed: 0, version: 7 });
  });

  it('counts what fails, so a count of nothing means something', async () => {
    await admin.query(`ALTER ROLE ${OWNER} NOLOGIN`);
    await until('a login fails', () => stats().loginsFailed > 0);
    await admin.query(`ALTER ROLE ${OWNER} LOGIN`);
    const [line = ''] = readFileSync(`${statsFile}.failures.jsonl`, 'utf8').split('\n');
    expect(JSON.parse(line)).toMatchObject({ kind: 'login', code: '28000', version: 7 });
  });

  it('says goodbye when it is stopped, and has written no secret', async () => {
    const ended = once(service, 'exit');
    service.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(vault.heard.at(-1)?.verb).toBe('goodbye');
    expect(vault.held.has(subscriber.instance)).toBe(false);
    expect(output).toContain('orders.stopped');
    expect(output).not.toContain('canary');
  });
});
