import type { RotationView } from '@keyturn/contracts/queries';
import { ProblemAnswer } from '@keyturn/dev-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultStack, startFaultStack } from '../src/fault-stack.ts';
import { type LoginProxy, loginProxy } from '../src/login-proxy.ts';

let faults: FaultStack;
const wayOf = new Map<string, LoginProxy>();
const OWNER = 'orders';
const ALTERNATE = 'orders_kt1';

beforeAll(async () => {
  const postgres = async (instance: string, port: number): Promise<number> => {
    const proxy = await loginProxy(port);
    wayOf.set(instance, proxy);
    return proxy.port;
  };
  faults = await startFaultStack({ detours: { postgres } });
});
afterAll(async () => {
  await faults?.stop();
  await Promise.all([...wayOf.values()].map((proxy) => proxy.close()));
});

const viewOf = (epoch: number): Promise<RotationView> => faults.stack.api.rotation(faults.stack.credentialId, epoch);
const summaryOf = async () => {
  const { items } = await faults.stack.api.list(OWNER);
  const found = items.find((item) => item.credentialId === faults.stack.credentialId);
  if (!found) throw new Error('the sample is not registered');
  return found;
};
const stepsDone = (view: RotationView): string[] => view.steps.filter(({ status }) => status === 'done').map(({ name }) => name);
const generations = async (): Promise<number[]> =>
  (await faults.databases.events())
    .filter(({ type }) => type === 'credential.rotated' || type === 'credential.rolled-back')
    .map(({ data }) => JSON.parse(data) as { credentialId: string; generation: number })
    .filter(({ credentialId }) => credentialId === faults.stack.credentialId)
    .map(({ generation }) => generation);

describe('a version that one instance cannot log in with from where it is', () => {
  it('is not committed: the old one works on for everybody, and the run says who refused it', async () => {
    const before = await summaryOf();
    const run = await faults.begin();
    wayOf.get('two')!.limit(ALTERNATE, 0);
    const epoch = await run.rotate();
    await run.until('rotation.failed');
    const view = await viewOf(epoch);
    expect(view.failure).toMatchObject({ step: 'preflight', code: 'preflight-nacked' });
    expect(view.failure?.sentence).toContain("orders/two can't use version 2: the probe failed: 28P01");
    expect(view.preflights.find(({ instance }) => instance === 'two')).toMatchObject({ ok: false });
    expect(view.steps.find(({ name }) => name === 'preflighted')?.status).toBe('failed');
    expect(await summaryOf()).toMatchObject({ current: before.current, generation: before.generation });
    const { events } = await run.end();
    expect(events.some(({ type }) => type === 'credential.version-discarded')).toBe(true);
  });

  it('is committed once every instance can', async () => {
    const run = await faults.begin();
    wayOf.get('two')!.lift();
    const epoch = await run.rotate();
    await run.end();
    const view = await viewOf(epoch);
    expect(view).toMatchObject({
      status: 'completed',
      preflights: [
        { instance: 'one', ok: true },
        { instance: 'two', ok: true },
      ],
    });
    expect(stepsDone(view)).toContain('preflighted');
    expect(view.steps.find(({ name }) => name === 'tested')!.afterMs).toBeLessThan(
      view.steps.find(({ name }) => name === 'committed')!.afterMs!,
    );
  });
});

describe('a version that stops working for one instance after its commit', () => {
  it('is held and named, a person takes it back, and everybody is on the version before', async () => {
    const before = await summaryOf();
    const run = await faults.begin();
    // Its trial is let in; afterwards the role is refused.
    wayOf.get('two')!.limit(OWNER, 1);
    const epoch = await run.rotate();
    await run.waitFor('orders/two says that the new version does not work', async () =>
      (await viewOf(epoch)).acknowledgements.some(({ instance, ok }) => instance === 'two' && !ok),
    );
    await run.until('rotation.held');
    const held = await viewOf(epoch);
    expect(held).toMatchObject({ status: 'open', held: true, canRollBack: true, rolledBack: null });
    expect(held.sentence).toMatch(/orders\/two reports that version \d+ does not work: the probe failed: 28P01/u);
    expect(held.preflights).toMatchObject([
      { instance: 'one', ok: true },
      { instance: 'two', ok: true },
    ]);
    expect((await faults.databases.roles()).filter(({ canLogIn }) => canLogIn)).toHaveLength(2);

    const { api, credentialId } = faults.stack;
    const back = await api.rollBack(credentialId, 'orders/two can not log in');
    run.note('a person rolls back');
    expect(back).toEqual({ credentialId, epoch, version: before.current, generation: before.generation + 2 });
    const again = await api.rollBack(credentialId, 'once more').catch((error: unknown) => error);
    expect(again).toBeInstanceOf(ProblemAnswer);

    const { events } = await run.end();
    const view = await viewOf(epoch);
    expect(view).toMatchObject({
      status: 'completed',
      from: held.to,
      to: before.current,
      canRollBack: false,
      rolledBack: { reason: 'orders/two can not log in' },
    });
    expect(stepsDone(view)).toEqual(view.steps.map(({ name }) => name));
    expect(view.acknowledgements.map(({ instance, ok }) => `${instance} ${ok}`).toSorted()).toEqual(['one true', 'two true']);
    const { items } = await api.consumers(credentialId);
    expect(items.map(({ holds }) => holds.map(({ version }) => version))).toEqual([[before.current], [before.current]]);
    expect(await summaryOf()).toMatchObject({ current: before.current, generation: before.generation + 2 });
    const revoked = events
      .filter(({ type }) => type === 'credential.version-revoked')
      .map(({ data }) => JSON.parse(data) as { version: number });
    expect(revoked.at(-1)).toMatchObject({ version: held.to });
    const known = await generations();
    expect(known).toEqual([...new Set(known)].toSorted((a, b) => a - b));
  });

  it('does not keep the next rotation from completing', async () => {
    const run = await faults.begin();
    wayOf.get('two')!.lift();
    const epoch = await run.rotate();
    await run.end();
    expect(await viewOf(epoch)).toMatchObject({ status: 'completed', rolledBack: null });
  });
});
