import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgresBulkRotationTable } from '../src/adapters/postgres/bulk-rotation-table.ts';
import { type AdvanceDeps, advanceBulks } from '../src/bulk-rotations/advance-bulks.ts';
import { cancelUnapproved } from '../src/bulk-rotations/cancel-unapproved.ts';
import { startBulkRotator } from '../src/bulk-rotations/start-bulk-rotator.ts';
import { credentialFold } from '../src/folds.ts';
import { listBulkRotations } from '../src/queries/bulk-rotation-queries.ts';
import { alwaysLeads } from '../src/testing/always-leads.ts';
import { BEN } from './ask-vault.ts';
import { bulkVault } from './bulk-vault.ts';
import { ADMIN, testVault, type TestVault } from './test-vault.ts';

// Bulk rotations whose members wait to be approved, beside others at the same provider, on a real database.

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

const { deps, done, fail, read, register, start } = bulkVault(() => vault);
/** So many of one service that others must approve, and so many that nobody must. */
const registerBoth = async (service: string, guarded: number, free: number) => {
  const issuer = await register(`system.${service}.issuer`, null, {});
  const many = (count: number, name: string, policy: object) =>
    Promise.all(Array.from({ length: count }, (_, index) => register(`system.${service}.${name}${index}`, issuer, policy)));
  return { guarded: await many(guarded, 'guarded', { approvals: 1 }), free: await many(free, 'free', {}) };
};
const running = async (bulkId: string): Promise<number> => (await read(bulkId)).counts.running;
const look = () => advanceBulks(deps());
const approve = (credentialId: string) => done('rotation.approve', { credentialId, epoch: 1 }, BEN);

it('keeps no other bulk rotation at the provider from its turn while its members wait to be approved; approved, they do', async () => {
  const { guarded, free } = await registerBoth('beside', 3, 3);
  const [g0 = '', g1 = ''] = guarded;
  const [f0 = '', f1 = ''] = free;
  const routine = await start({ ids: guarded, maxInFlight: 2, stopAfterFailures: null });
  const urgent = await start({ ids: free, reason: 'compromised', maxInFlight: 2, stopAfterFailures: null });
  await look();
  expect([await running(routine), await running(urgent)]).toEqual([2, 2]);
  // Approved, they count for others too: the urgent one goes on when there is room.
  await approve(g0);
  await approve(g1);
  await fail(f0);
  await look();
  expect([await running(routine), await running(urgent)]).toEqual([2, 1]);
  await fail(f1);
  await look();
  expect((await read(urgent)).sentence).toBe(
    '2 of 3 are through, 0 under way, 1 waiting: other bulk rotations have 2 under way at beside, which takes all places there.',
  );
  await fail(g0);
  await look();
  // The routine one, asked first, has the next place for what waits to be approved; that one takes it from nobody else.
  expect([await running(routine), await running(urgent)]).toEqual([2, 1]);
  await fail(g1);
  await fail(free[2] ?? '');
  await done('bulk-rotation.cancel', { bulkId: routine, reason: 'the test is over' });
  await look();
  expect([(await read(routine)).status, (await read(urgent)).status]).toEqual(['ended', 'ended']);
});

it('cancelled, it ends at once what waits to be approved, in the name of whoever cancelled it; what is approved goes on', async () => {
  const { guarded } = await registerBoth('given-up', 3, 0);
  const [g0 = '', g1 = ''] = guarded;
  // It wakes at the cancellation: its next look would come too late for anybody.
  const rotator = startBulkRotator({ ...deps(), leadership: alwaysLeads(), pollMs: 3_600_000, retryMs: 20 });
  const bulkId = await start({ ids: guarded, maxInFlight: 2, stopAfterFailures: null });
  await expect.poll(() => running(bulkId)).toBe(2);
  await approve(g0);
  await done('bulk-rotation.cancel', { bulkId, reason: 'the wrong ones' }, BEN);
  await expect.poll(() => running(bulkId)).toBe(1);
  const { members } = await read(bulkId);
  expect(members.map(({ status, code }) => code ?? status)).toEqual(['running', 'cancelled', 'cancelled']);
  expect(members[1]).toMatchObject({ status: 'failed', sentence: 'Cancelled by Ben: the wrong ones' });
  expect(members[2]).toMatchObject({ status: 'cancelled' });
  const failed = (await vault.events()).filter(({ type, stream }) => type === 'rotation.failed' && stream === `credential-${g1}`);
  expect(failed).toMatchObject([
    { meta: { actor: { id: 'ben' }, causationId: bulkId }, data: { step: 'cancel', reasonCode: 'cancelled' } },
  ]);
  await fail(g0);
  await expect.poll(async () => (await read(bulkId)).status).toBe('ended');
  await rotator.stop();
});

it('lets go on what is approved between the look at a cancelled one and its cancellation', async () => {
  const { guarded } = await registerBoth('raced', 1, 0);
  const [g0 = ''] = guarded;
  const bulkId = await start({ ids: guarded });
  await look();
  await done('bulk-rotation.cancel', { bulkId, reason: 'the wrong ones' });
  const state = await vault.log.state(credentialFold, `credential-${g0}`);
  await approve(g0);
  const old = { ...vault.log, state: () => Promise.resolve(state as never) };
  const cancelledBy = ADMIN;
  const [member] = (await read(bulkId)).members;
  if (!member) throw new Error('it has no member');
  await cancelUnapproved({ log: old, newId: uuidv7 }, { bulkId, cancelledBy, because: 'the wrong ones' }, member);
  await look();
  expect(await read(bulkId)).toMatchObject({ status: 'cancelled', counts: { running: 1 } });
  await fail(g0);
  await look();
});

it('keeps no other bulk rotation from its turn where the cancellation of what waits to be approved can’t be recorded', async () => {
  const { guarded, free } = await registerBoth('unrecorded', 2, 2);
  const routine = await start({ ids: guarded, maxInFlight: 2, stopAfterFailures: null });
  await look();
  await done('bulk-rotation.cancel', { bulkId: routine, reason: 'the wrong ones' });
  const urgent = await start({ ids: free, maxInFlight: 2, stopAfterFailures: null });
  const ofGuarded = guarded.map((id) => `credential-${id}`);
  const log: AdvanceDeps['log'] = {
    ...vault.log,
    submit: (fold, job) => (ofGuarded.includes(job.stream) ? Promise.reject(new Error('the append failed')) : vault.log.submit(fold, job)),
  };
  await advanceBulks({ ...deps(), log });
  expect([await running(routine), await running(urgent)]).toEqual([2, 2]);
  for (const credentialId of free) await fail(credentialId);
  await look();
  expect([(await read(routine)).status, (await read(urgent)).status]).toEqual(['ended', 'ended']);
});

it('is listed without a look at its credentials, however many are under way', async () => {
  const { guarded } = await registerBoth('listed', 2, 0);
  const bulkId = await start({ ids: guarded });
  await look();
  const read: string[] = [];
  const log: AdvanceDeps['log'] = {
    ...vault.log,
    state: (fold, stream) => {
      read.push(stream);
      return vault.log.state(fold, stream);
    },
  };
  const { items } = await listBulkRotations({ log, bulks: postgresBulkRotationTable(vault.pool) });
  expect(items[0]).toMatchObject({ bulkId, sentence: '0 of 2 are through, 2 under way, 0 waiting.' });
  expect(read.filter((stream) => !stream.startsWith('bulk-rotation-'))).toEqual([]);
  await done('bulk-rotation.cancel', { bulkId, reason: 'the test is over' });
  await look();
});
