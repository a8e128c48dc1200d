import { gatewayClient } from '@keyturn/dev-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultStack, startFaultStack } from '../src/fault-stack.ts';

let faults: FaultStack;
beforeAll(async () => {
  faults = await startFaultStack({ policy: { approvals: 1 } });
});
afterAll(() => faults?.stop());

/** Another person than the one who asks for rotations. */
const approve = (epoch: number) => {
  const { gatewayUrl, tokens } = faults.stack.endpoints;
  return gatewayClient({ gatewayUrl, token: tokens.admin2 }).approve(faults.stack.credentialId, epoch);
};
const viewOf = (epoch: number) => faults.stack.api.rotation(faults.stack.credentialId, epoch);

describe('a rotation that waits for approval', () => {
  it.each([
    ['the worker is killed before, and approved while it is away', 'away'],
    ['the worker is killed and back before it is approved', 'back'],
  ] as const)('has done nothing at the provider, and goes on once it is approved, where %s', async (_how, when) => {
    const run = await faults.begin();
    const before = (await faults.databases.roles()).map(({ name, canLogIn }) => [name, canLogIn]);
    const { 'rotation-worker': worker } = faults.stack.services;
    const epoch = await run.rotate();
    await run.waitFor('it waits for approval', async () => (await viewOf(epoch)).sentence.startsWith('Waiting for another person'));
    run.note('killing the worker');
    await worker.kill();
    if (when === 'back') await worker.restart();
    expect((await faults.databases.roles()).map(({ name, canLogIn }) => [name, canLogIn])).toEqual(before);
    expect((await viewOf(epoch)).steps.find(({ name }) => name === 'staged')?.status).toBe('todo');
    await approve(epoch);
    if (when === 'away') await worker.restart();
    run.note('approved, and the worker is up');
    expect(await run.end()).toMatchObject({ ends: ['rotation.completed'] });
    expect((await viewOf(epoch)).approvals).toMatchObject({ needed: 1, given: [{ by: { name: 'Ben Admin' } }] });
  });

  it('ends as failed, and leaves nothing behind, where the vault is killed meanwhile and it is cancelled then', async () => {
    const run = await faults.begin();
    const epoch = await run.rotate();
    await run.waitFor('it waits for approval', async () => (await viewOf(epoch)).sentence.startsWith('Waiting for another person'));
    await run.killAndRestart(faults.stack.services.vault);
    const { gatewayUrl, tokens } = faults.stack.endpoints;
    const cancelled = await fetch(`${gatewayUrl}/api/v1/admin/credentials/${faults.stack.credentialId}/rotations/${epoch}/cancel`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'the vault was killed' }),
    });
    expect(cancelled.status).toBe(200);
    expect(await run.end()).toMatchObject({ ends: ['rotation.failed'] });
  });
});
