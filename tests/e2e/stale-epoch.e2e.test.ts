import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connectBus, type NatsBus, vaultClient, type VaultClient } from '@keyturn/bus';
import { credsPath } from '@keyturn/dev-stack';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { jsonLogger } from '@keyturn/telemetry';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readCredential, rotateToEnd, untilSteady } from './support/admin.ts';

const { credentialId, endpoints } = inject('stack');
const log = jsonLogger('e2e', 'error');
let worker: { readonly bus: NatsBus; readonly vault: VaultClient };
let gateway: { readonly bus: NatsBus; readonly vault: VaultClient };

const connectAs = async (identity: 'worker' | 'gateway') => {
  const creds = new Sensitive(readFileSync(credsPath(endpoints.natsCredsDir, identity), 'utf8'));
  const bus = await connectBus({ url: endpoints.natsUrl, creds, name: identity, log });
  return { bus, vault: vaultClient({ bus, actor: { kind: 'service', id: identity }, clock: systemClock }) };
};

beforeAll(async () => {
  await untilSteady(credentialId);
  await rotateToEnd(credentialId);
  await rotateToEnd(credentialId);
  worker = await connectAs('worker');
  gateway = await connectAs('gateway');
});
afterAll(async () => {
  await worker?.bus.close();
  await gateway?.bus.close();
});

/** What a worker that was paused in a former epoch still wants to say when it wakes. */
const late = (epoch: number, version: number) =>
  [
    ['epoch.record-applied', { credentialId, epoch, version }],
    ['epoch.commit', { credentialId, epoch, version }],
    ['epoch.start-revocation', { credentialId, epoch, version: version - 1 }],
    ['epoch.record-revoked', { credentialId, epoch, version: version - 1 }],
    ['epoch.complete', { credentialId, epoch }],
    ['epoch.fail', { credentialId, epoch, step: 'apply', reasonCode: 'late', sentence: 'I was asleep.' }],
  ] as const;

describe('a worker that wakes in a former epoch', () => {
  it('is refused whatever it says, and changes nothing', async () => {
    const before = await readCredential(credentialId);
    const latest = before.rotations[0]!.epoch;
    for (const [name, data] of late(1, 2)) {
      const answer = await worker.vault.command(name, data, { commandId: randomUUID() });
      expect({ name, answer }).toEqual({ name, answer: { ok: false, refusal: { code: 'epoch-stale', epoch: 1, latest } } });
    }
    expect(await readCredential(credentialId)).toEqual(before);
  });

  it('can make no rotation fail that has ended', async () => {
    const before = await readCredential(credentialId);
    const { epoch } = before.rotations[0]!;
    const data = { credentialId, epoch, step: 'apply', reasonCode: 'late', sentence: 'I was asleep.' };
    await worker.vault.command('epoch.fail', data, { commandId: randomUUID() });
    expect(await readCredential(credentialId)).toEqual(before);
  });
});

describe('a command of the worker', () => {
  it('does not reach the vault from the gateway: NATS refuses to carry it', async () => {
    const commit = gateway.vault.command(
      'epoch.commit',
      { credentialId, epoch: 1, version: 2 },
      { commandId: randomUUID(), timeoutMs: 2_000 },
    );
    await expect(commit).rejects.toThrow(/NATS does not let this identity ask/u);
  });
});
