import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectBus } from '@keyturn/bus';
import { logSubject, STREAM_NAME } from '@keyturn/contracts/subjects';
import {
  binaryCacheDir,
  findBinary,
  mintNatsCreds,
  natsServer,
  serviceIdentities,
  startNats,
  type NatsServer,
  wholeAccount,
} from '@keyturn/dev-stack';
import { Sensitive } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DURABLE, hearRotationRequests } from '../src/adapters/nats/hear-rotation-requests.ts';
import type { RunRequest, RotationRuns } from '../src/ports/rotation-runs.ts';
import type { EpochId } from '../src/ports/vault.ts';
import { until } from './support/trial-worker.ts';

let varDir: string;
let server: NatsServer;
beforeAll(async () => {
  varDir = await mkdtemp(join(tmpdir(), 'keyturn-worker-'));
  server = await startNats({ varDir, binary: await findBinary(natsServer, { env: process.env, cacheDir: binaryCacheDir }) });
});
afterAll(async () => {
  await server.stop();
  await rm(varDir, { recursive: true, force: true });
});

const connectAs = async (name: 'vault' | 'worker' | 'owner') => {
  const permissions = name === 'owner' ? wholeAccount : serviceIdentities[name];
  const creds = new Sensitive(await mintNatsCreds({ keysDir: server.keysDir, name, ...permissions }));
  return connectBus({ url: server.url, creds, name, log: silentLogger });
};

/** Remembers what was started; the first starts may fail. */
const runsThatFail = (times: number) => {
  const started: RunRequest[] = [];
  const woken: EpochId[] = [];
  const runs: RotationRuns = {
    start: (request) => {
      times -= 1;
      if (times >= 0) return Promise.reject(new Error('Temporal is down'));
      started.push(request);
      return Promise.resolve({ runId: 'run' });
    },
    wake: (epoch) => Promise.resolve(void woken.push(epoch)),
  };
  return { runs, started, woken };
};

const requestOf = (credentialId: string) => ({ credentialId, address: 'system.postgres.orders', epoch: 1, reason: 'manual' });

const published = (credentialId: string, type = 'rotation.requested', data: object = requestOf(credentialId)) => ({
  specversion: '1.0',
  id: '1.7',
  source: '/keyturn/vault',
  type,
  subject: credentialId,
  time: 'now',
  datacontenttype: 'application/json',
  data: {
    position: 7,
    stream: `credential-${credentialId}`,
    version: 2,
    type,
    data,
    meta: { commandId: credentialId, actor: { kind: 'person', id: 'ada' }, incarnation: 1 },
    recordedAt: '2026-08-01T00:00:00.000Z',
    sealedHash: null,
    prevHash: '00',
    hash: '01',
  },
});

describe('the event listener', () => {
  it('starts a rotation when it is requested, again where Temporal was down, and past what it can’t read', async () => {
    const vault = await connectAs('vault');
    const worker = await connectAs('worker');
    const owner = await connectAs('owner');
    const manager = await jetstreamManager(owner.connection);
    await manager.streams.add({ name: STREAM_NAME, subjects: ['keyturn.log.>'] });
    // What a worker of before left: it heard requests only.
    await manager.consumers.add(STREAM_NAME, {
      durable_name: DURABLE,
      filter_subject: logSubject('rotation.requested'),
      ack_policy: 'explicit',
      deliver_policy: 'new',
      ack_wait: 30_000_000_000,
    });
    const { runs, started, woken } = runsThatFail(1);
    const heard: string[] = [];
    const log = { ...silentLogger, info: (event: string) => void heard.push(event), error: (event: string) => void heard.push(event) };
    const hearing = hearRotationRequests({ connection: worker.connection, runs, log });
    await until(() => heard.includes('events.hearing'));

    const credentialId = uuidv7();
    const requested = logSubject('rotation.requested');
    await jetstream(vault.connection).publish(requested, '{"not": "an event"}');
    await jetstream(vault.connection).publish(logSubject('credential.rotated'), '{}');
    await jetstream(vault.connection).publish(requested, JSON.stringify(published(credentialId)));
    await until(() => started.length === 1);
    expect(started).toEqual([{ credentialId, epoch: 1, address: 'system.postgres.orders', reason: 'manual' }]);
    expect(heard).toContain('rotation.request-unreadable');
    expect(woken).toEqual([]);
    const back = { credentialId, address: 'system.postgres.orders', epoch: 1, from: 2, to: 1, generation: 3, reason: 'it is slow' };
    await jetstream(vault.connection).publish(
      logSubject('credential.rolled-back'),
      JSON.stringify(published(credentialId, 'credential.rolled-back', back)),
    );
    await until(() => woken.length === 1);
    expect(woken).toEqual([{ credentialId, epoch: 1 }]);

    await manager.streams.delete(STREAM_NAME);
    await manager.streams.add({ name: STREAM_NAME, subjects: ['keyturn.log.>'] });
    await until(() => heard.filter((event) => event === 'events.hearing').length > 1);
    const second = uuidv7();
    await jetstream(vault.connection).publish(requested, JSON.stringify(published(second)));
    await until(() => started.length === 2);
    expect(started[1]?.credentialId).toBe(second);

    await hearing.stop();
    await worker.close();
    await vault.close();
    await owner.close();
  });
});
