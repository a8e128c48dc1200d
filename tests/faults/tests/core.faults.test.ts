import { setTimeout as pass } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FAULT_POLICY, type FaultStack, startFaultStack } from '../src/fault-stack.ts';
import { type TcpProxy, tcpProxy } from '../src/tcp-proxy.ts';

/** How long a subscriber is cut off. It is held after some seconds already; nobody is lost meanwhile. */
const PARTITION_MS = Number(process.env['FAULTS_PARTITION_MS'] ?? FAULT_POLICY.deadlineMs);

let faults: FaultStack;
const wayOf = new Map<string, TcpProxy>();

beforeAll(async () => {
  const nats = async (instance: string, port: number): Promise<number> => {
    const proxy = await tcpProxy(port);
    wayOf.set(instance, proxy);
    return proxy.port;
  };
  faults = await startFaultStack({ detours: { nats }, policy: { lostAfterMs: FAULT_POLICY.lostAfterMs + PARTITION_MS } });
});
afterEach(() => wayOf.forEach((proxy) => proxy.heal()));
afterAll(async () => {
  await faults?.stop();
  await Promise.all([...wayOf.values()].map((proxy) => proxy.close()));
});

describe('a rotation under load', () => {
  it('completes, converges and is told without a gap or a double when nothing breaks', async () => {
    const run = await faults.begin();
    await run.rotate();
    expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
  });

  it.each(['credential.version-staged', 'credential.rotated'])('goes on after the vault was killed at %s', async (step) => {
    const run = await faults.begin();
    await run.rotate();
    await run.until(step);
    await run.killAndRestart(faults.stack.services.vault);
    expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
  });

  it.each(['credential.version-staged', 'credential.revocation-started'])('goes on after the worker was killed at %s', async (step) => {
    const run = await faults.begin();
    await run.rotate();
    await run.until(step);
    await run.killAndRestart(faults.stack.services['rotation-worker']);
    expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
  });
});

describe('a subscriber that is cut off from NATS', () => {
  it.each([
    ['whose connection breaks', (proxy: TcpProxy) => proxy.cut()],
    ['whose connection hangs', (proxy: TcpProxy) => proxy.stall()],
  ])(
    'and %s works on, blocks the revoke by name, and converges once it is back',
    { timeout: 240_000 + PARTITION_MS },
    async (_how, cutOff) => {
      const run = await faults.begin();
      const way = wayOf.get('two')!;
      const { api, credentialId } = faults.stack;
      cutOff(way);
      const partition = pass(PARTITION_MS);
      run.note('orders/two is cut off');
      const epoch = await run.rotate();
      const view = () => api.rotation(credentialId, epoch);
      await run.waitFor('orders/one proved the new version', async () =>
        (await view()).acknowledgements.some(({ instance, ok }) => instance === 'one' && ok),
      );
      await run.waitFor('orders/two is named as silent', async () => /orders\/two [^;]*silent since/u.test((await view()).sentence));
      await run.until('rotation.held');

      const held = await view();
      expect(held).toMatchObject({ status: 'open', held: true });
      expect(held.sentence).toMatch(
        /^Held: the deadline passed, both versions stay valid: orders\/two has not yet proved version \d+, silent since/u,
      );
      expect(held.waitingFor[0]).toMatch(/^orders\/two has not yet proved version \d+, silent since/u);
      expect(held.acknowledgements.map(({ instance }) => instance)).toEqual(['one']);
      const live = (await faults.databases.roles()).filter(({ canLogIn }) => canLogIn);
      expect(live).toHaveLength(2);

      await partition;
      way.heal();
      run.note('orders/two is back');
      expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
      expect(await view()).toMatchObject({ status: 'completed', held: true });
    },
  );
});
