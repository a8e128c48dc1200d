import { randomUUID } from 'node:crypto';
import { type Bus, sealedRequester, vaultClient } from '@keyturn/bus';
import { memoryNats } from '@keyturn/bus/testing';
import { type Actor, DEFAULT_POLICY, subscriberSubject } from '@keyturn/contracts';
import { Fetched, FetchedSecret } from '@keyturn/contracts/subscriber';
import { type Clock, Sensitive, systemClock } from '@keyturn/kernel';
import { ackMac, linkTable } from '@keyturn/sealing';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import type { Kek } from '../src/adapters/aes-key-wrapper.ts';
import { memoryKeyWrapper, randomKek } from '../src/adapters/memory/memory-key-wrapper.ts';
import { backupFolder } from '../src/adapters/backup/backup-folder.ts';
import { serveVault } from '../src/adapters/nats/serve-vault.ts';
import { postgresBackupProgress } from '../src/adapters/postgres/backup-progress.ts';
import { postgresTurnTable } from '../src/adapters/postgres/turn-table.ts';
import { postgresBulkRotationTable } from '../src/adapters/postgres/bulk-rotation-table.ts';
import { postgresConsumerTable } from '../src/adapters/postgres/consumer-table.ts';
import { postgresCredentialTable } from '../src/adapters/postgres/credential-table.ts';
import { postgresErrandTable } from '../src/adapters/postgres/errand-table.ts';
import { postgresKekTable } from '../src/adapters/postgres/kek-table.ts';
import { postgresKeyTable } from '../src/adapters/postgres/key-table.ts';
import { postgresLeaseEndings } from '../src/adapters/postgres/lease-endings.ts';
import { postgresLeases } from '../src/adapters/postgres/leases.ts';
import { postgresLogTable } from '../src/adapters/postgres/log-table.ts';
import { postgresRecheckTable } from '../src/adapters/postgres/recheck-table.ts';
import { postgresRewrapStore } from '../src/adapters/postgres/rewrap-store.ts';
import { tellOutages } from '../src/adapters/postgres/tell-outages.ts';
import { createVault } from '../src/app.ts';
import { environmentCredentials } from '../src/environment/environment-credentials.ts';
import type { BackupPlace } from '../src/adapters/backup/backup-folder.ts';
import type { KeyWrapper } from '../src/ports/key-wrapper.ts';
import { openRestoreHold } from '../src/restore/restore-hold.ts';
import { openKeys } from '../src/secrets/open-keys.ts';
import { sealingKeyRing } from '../src/secrets/sealing-key-ring.ts';
import { versionSafe } from '../src/secrets/version-safe.ts';
import { kekSourceOf } from './kek-source.ts';
import { testLog, type TestLog } from './test-log.ts';

// A whole vault on a real database; only the wire is in memory.

export const ADMIN: Actor = { kind: 'person', id: 'ada', name: 'Ada', roles: ['admin'], authenticatedAt: new Date().toISOString() };
export const AUDITOR: Actor = { kind: 'person', id: 'ari', roles: ['auditor'] };
/** A service, which asks what only services may. */
export const A_SERVICE: Actor = { kind: 'service', id: 'rotation-worker' };
export const ADDRESS = 'system.postgres.orders';
export const PASSWORD = 'canary-7f3a-orders-password';
export const FIELDS = { host: 'db.internal', port: '5432', database: 'orders', username: 'orders' };

const TIMEOUT_MS = 10_000;

type ReplicaOptions = {
  readonly environment?: Readonly<Record<string, string>>;
  readonly replicaGoneMs?: number;
  readonly backupPlace?: BackupPlace;
  readonly clock?: Clock;
  /** What the vault is served on, in place of a wire in memory. */
  readonly servedOn?: Bus;
  /** Stands before the keys, to see or to refuse what is asked of them. */
  readonly guardKeys?: (wrapper: KeyWrapper) => KeyWrapper;
};

/** One replica on the database; its KEKs are those in `held`, which it looks at again at each report. */
export const testReplica = async (database: TestLog, held: Kek[], options: ReplicaOptions = {}) => {
  const log = database.openLog();
  const keys = postgresKeyTable(database.pool);
  const keks = postgresKekTable(database.pool);
  const rewraps = postgresRewrapStore(database.pool);
  const { guardKeys = (wrapper) => wrapper, clock = systemClock } = options;
  const openWrapper = async () => guardKeys(await memoryKeyWrapper(held));
  const replicaGoneMs = options.replicaGoneMs ?? 30_000;
  const opening = { keys, keks, log, openWrapper, newId: uuidv7, replicaGoneMs, logger: silentLogger };
  const { wrapper, identity } = await openKeys(opening);
  const ring = sealingKeyRing({ keys, wrapper, identity, clock });
  const leases = postgresLeases(database.pool);
  const endings = postgresLeaseEndings(database.pool);
  const backups = postgresBackupProgress(database.pool);
  const place = options.backupPlace ?? null;
  const folder = backupFolder({ place, databaseUrl: database.url, kek: kekSourceOf(held) });
  const rechecks = postgresRecheckTable(database.pool);
  const hold = await openRestoreHold({ log, logger: silentLogger, pollMs: 20 });
  const nats = memoryNats();
  const vault = tellOutages(
    createVault({
      log,
      logTable: postgresLogTable(database.pool),
      keys,
      ring,
      leases,
      endings,
      keks,
      kekKeeper: wrapper,
      rewraps,
      backups,
      backupFolder: folder,
      rechecks,
      hold,
      clock,
      logger: silentLogger,
      table: postgresCredentialTable(database.pool),
      consumers: postgresConsumerTable(database.pool),
      errands: postgresErrandTable(database.pool),
      bulks: postgresBulkRotationTable(database.pool),
      turns: postgresTurnTable(database.pool),
      backupRetentionDays: 35,
      safe: versionSafe({ log, keys, wrapper }),
      links: linkTable({ openSealingKey: (id) => ring.open(id), clock }),
      fingerprintKey: identity.fingerprintKey,
      policy: { ...DEFAULT_POLICY, graceMs: 0, soakMs: 0 },
      environment: environmentCredentials(options.environment ?? {}),
      newId: uuidv7,
      health: () => Promise.resolve({ ok: true, down: [], position: 0 }),
    }),
  );
  const servedOn: Bus = options.servedOn ?? nats.bus();
  serveVault(servedOn, vault);
  await servedOn.flush(); // a real server has heard by now who serves what
  const bus: Bus = nats.bus();
  const client = (actor: Actor) => vaultClient({ bus, actor, clock });
  const events = () => log.read(0, 1_000);
  const fingerprintKey = identity.fingerprintKey;
  return {
    vault,
    backups,
    folder,
    rechecks,
    hold,
    fingerprintKey,
    log,
    keys,
    keks,
    rewraps,
    held,
    opening,
    wrapper,
    ring,
    leases,
    endings,
    bus,
    client,
    events,
  };
};

export const testVault = async ({ held = [randomKek()], ...options }: ReplicaOptions & { readonly held?: Kek[] } = {}) => {
  const database = await testLog();
  return { ...database, ...(await testReplica(database, held, options)) };
};
export type TestVault = Awaited<ReturnType<typeof testVault>>;

/** Registers an issuer and the credential that it manages; answers both ids. */
export const registerOrders = async (vault: TestVault, address = ADDRESS) => {
  const admin = vault.client(ADMIN);
  const register = async (at: string, issuer: string | null, password: string): Promise<string> => {
    const credentialId = uuidv7();
    const data = {
      credentialId,
      address: at,
      credentialType: 'database_password',
      publicFields: FIELDS,
      issuer,
      untested: 'import' as const,
    };
    const made = await admin.command('credential.register', data, {
      commandId: randomUUID(),
      secret: new Sensitive({ fields: { password } }),
    });
    if (!made.ok) throw new Error(made.refusal.code);
    return credentialId;
  };
  const issuer = await register(`${address}-issuer`, null, `${PASSWORD}-of-the-issuer`);
  return { issuer, credentialId: await register(address, issuer, PASSWORD) };
};

export const grant = async (vault: TestVault, consumer: string, pattern = ADDRESS): Promise<void> => {
  const grants = (['read', 'preflight', 'ack'] as const).map((action) => ({ action, pattern }));
  await vault.client(ADMIN).command('consumer.register', { consumer, grants }, { commandId: randomUUID() });
};

/** An instance that speaks the wire by hand. */
export const testInstance = (vault: TestVault, consumer: string, instance: string) => {
  let seq = 0;
  const subjectOf = (verb: string) => subscriberSubject(consumer, instance, verb);
  const keysOf = async () => {
    const reply = await vault.bus.request(subjectOf('sealing-keys'), {}, { timeoutMs: TIMEOUT_MS });
    if ('refusal' in reply) throw new Error(reply.refusal.code);
    return reply.ok as never;
  };
  const sealed = sealedRequester({ bus: vault.bus, clock: systemClock, sealingKeys: keysOf });
  const ask = (verb: string, body: object) =>
    vault.bus.request(subjectOf(verb), { commandId: randomUUID(), seq: (seq += 1), ...body }, { timeoutMs: TIMEOUT_MS });
  return {
    ask,
    fetch: async (address = ADDRESS, commandId: string = randomUUID(), what: { readonly preflight?: true } = {}) => {
      const answer = await sealed.request({
        subject: subjectOf('fetch'),
        commandId,
        about: address,
        body: (box) => ({ commandId, seq: (seq += 1), address, ...what, sealed: box }),
        wantsSecret: true,
        timeoutMs: TIMEOUT_MS,
      });
      if (!answer.ok) return answer;
      return { ok: true as const, given: Fetched.parse(answer.value.value), secret: FetchedSecret.parse(answer.value.secret?.reveal()) };
    },
    beat: (holds: readonly { credentialId: string; versions: readonly number[] }[], at?: number) =>
      ask('beat', { holds, ...(at === undefined ? {} : { seq: at }) }),
    ack: (given: Fetched, ackKey: string, changes: Partial<Fetched> = {}, works = true, phase: 'use' | 'preflight' = 'use') => {
      const { credentialId, version, generation, nonce } = { ...given, ...changes };
      const result = { ok: works, sentence: works ? '' : '28P01', elapsedMs: 3 };
      const claim = { phase, credentialId, version, generation, nonce, result };
      return ask('ack', { ...claim, mac: ackMac(new Sensitive(ackKey), { ...claim, consumer, instance }) });
    },
  };
};
