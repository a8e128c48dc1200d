import { randomUUID } from 'node:crypto';
import { connectBus, type VaultClient, vaultClient } from '@keyturn/bus';
import type { Actor } from '@keyturn/contracts';
import { RotationStarted } from '@keyturn/contracts/commands';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { z } from 'zod';
import { serveParent } from '../process/serve-parent.ts';
import { must, register } from '../vault-answers.ts';
import { type BareLoad, openBareLoad } from './bare/load.ts';
import { closeFloor, commitRows, openFloor } from './floor.ts';
import { inFlight } from './in-flight.ts';

// The load generator: commands to the vault over one live link, and rows to Postgres for the floors, from this one process.

const Start = z.object({
  natsUrl: z.string(),
  gatewayCreds: z.string(),
  workerCreds: z.string(),
  floorUrl: z.string(),
  connections: z.int(),
  credentials: z.int(),
  /** Whose credentials these are: `system.postgres.<name>-0` … */
  name: z.string(),
});
const Stage = z.object({ width: z.int(), from: z.int(), count: z.int() });
const OpenBare = z.object({ natsUrl: z.string(), creds: z.string(), link: z.string() });
const StageBare = z.object({ width: z.int(), count: z.int() });
const Reveal = z.object({ width: z.int(), count: z.int() });
const Rows = z.object({ connections: z.int(), rowsEach: z.int(), count: z.int() });

const SETUP_WIDTH = 64;
/** With the sealed password a version of three fields. We choose it, so nothing of it is announced before (ADR 0022). */
const PUBLIC_FIELDS = { host: 'orders-primary.databases.internal.example.com', username: 'orders_service_kt1' } as const;
type Target = { readonly credentialId: string; version: number; epoch: number };
const targets: Target[] = [];
let clients: { readonly asGateway: VaultClient; readonly asWorker: VaultClient; close(): Promise<void> } | null = null;

let bare: BareLoad | null = null;

const vault = (): NonNullable<typeof clients> => {
  if (clients === null) throw new Error('the generator has not started');
  return clients;
};

const registerPassword = (address: string, issuer: string | null) => register(vault().asGateway, { address, issuer });

const start = async (data: unknown): Promise<void> => {
  const { natsUrl, gatewayCreds, workerCreds, floorUrl, connections, credentials, name } = Start.parse(data);
  const open = (as: string, creds: string) => connectBus({ url: natsUrl, creds: new Sensitive(creds), name: as, log: silentLogger });
  const [gateway, worker] = await Promise.all([open('gateway', gatewayCreds), open('worker', workerCreds)]);
  clients = {
    asGateway: vaultClient({ bus: gateway, actor: { kind: 'person', id: 'bench', roles: ['admin'] }, clock: systemClock }),
    asWorker: vaultClient({ bus: worker, actor: { kind: 'service', id: 'rotation-worker', roles: ['worker'] }, clock: systemClock }),
    close: async () => void (await Promise.all([gateway.close(), worker.close()])),
  };
  await openFloor(floorUrl, connections);
  const issuer = await registerPassword(`system.postgres.${name}-issuer`, null);
  await inFlight(SETUP_WIDTH, credentials, async (index) => {
    const credentialId = await registerPassword(`system.postgres.${name}-${index}`, issuer);
    targets.push({ credentialId, version: 1, epoch: 0 });
  });
};

/** Opens a rotation of every credential, so that each can take one candidate. */
const openEpochs = async (): Promise<void> =>
  inFlight(SETUP_WIDTH, targets.length, async (index) => {
    const target = targetAt(index);
    const started = await must(vault().asGateway, 'rotation.request', { credentialId: target.credentialId });
    target.epoch = RotationStarted.parse(started).epoch;
  });

/** Ends them, so that the next round can open new ones. */
const closeEpochs = async (): Promise<void> =>
  inFlight(SETUP_WIDTH, targets.length, async (index) => {
    const { credentialId, epoch } = targetAt(index);
    await must(vault().asWorker, 'epoch.fail', { credentialId, epoch, step: 'bench', reasonCode: 'bench', sentence: 'Over.' });
  });

/** Stages a version of each credential of a range; answers commands a second. */
const stage = async (data: unknown): Promise<number> => {
  const { width, from, count } = Stage.parse(data);
  const passwords = Array.from({ length: count }, () => randomUUID());
  const began = performance.now();
  await inFlight(width, count, async (index) => {
    const target = targetAt(from + index);
    target.version += 1;
    const { credentialId, epoch, version } = target;
    const of = { credentialId, epoch, version, publicFields: PUBLIC_FIELDS, providerId: 'bench' };
    await must(vault().asWorker, 'epoch.stage-candidate', of, passwords[index] ?? '');
  });
  return (count * 1_000) / (performance.now() - began);
};

const openBare = async (data: unknown): Promise<void> => {
  bare = await openBareLoad({ ...OpenBare.parse(data), publicFields: PUBLIC_FIELDS });
};

/** The same at the bare vault. */
const stageBare = async (data: unknown): Promise<number> => {
  if (bare === null) throw new Error('nobody opened the bare vault');
  return bare.stage(StageBare.parse(data));
};

/** A program that is shown secrets; a person would have to have signed in lately. */
const READER: Actor = { kind: 'program', id: 'bench', roles: ['admin'] };

/** Has the credentials shown, one after another and from the first again; answers reveals a second. */
const reveal = async (data: unknown): Promise<number> => {
  const { width, count } = Reveal.parse(data);
  const began = performance.now();
  await inFlight(width, count, async (index) => {
    const { credentialId } = targetAt(index % targets.length);
    const options = { commandId: randomUUID(), actor: READER, wantsSecret: true, timeoutMs: 60_000 };
    const shown = await vault().asGateway.command('credential.reveal', { credentialId, reason: 'bench' }, options);
    if (!shown.ok || !shown.value.secret) throw new Error('a reveal showed nothing');
  });
  return (count * 1_000) / (performance.now() - began);
};

const targetAt = (index: number): Target => {
  const target = targets[index];
  if (!target) throw new Error(`there are only ${targets.length} credentials`);
  return target;
};

const rows = async (data: unknown): Promise<number> => commitRows(Rows.parse(data));

const end = async (): Promise<void> => {
  await clients?.close();
  await bare?.close();
  await closeFloor();
};

serveParent({ start, openEpochs, closeEpochs, stage, openBare, stageBare, reveal, rows }, end);
