import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import type { BulkRotationSummary } from '@keyturn/contracts/queries';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresBulkRotationTable } from '../src/adapters/postgres/bulk-rotation-table.ts';
import { rebuildProjections } from '../src/adapters/postgres/rebuild-projections.ts';
import { type AdvanceDeps, advanceBulks, type Faults } from '../src/bulk-rotations/advance-bulks.ts';
import { startBulkRotator } from '../src/bulk-rotations/start-bulk-rotator.ts';
import type { Restore } from '../src/restore/state.ts';
import { alwaysLeads } from '../src/testing/always-leads.ts';
import { BEN, WORKER } from './ask-vault.ts';
import { bulkVault } from './bulk-vault.ts';
import { ADMIN, AUDITOR, testVault, type TestVault } from './test-vault.ts';

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

const { ask, deps, done, fail, read, register, start } = bulkVault(() => vault);
/** An issuer, and so many credentials that it manages, all of one service. */
const registerMany = async (service: string, count: number) => {
  const issuer = await register(`system.${service}.a-issuer`, null);
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await register(`system.${service}.m${index}`, issuer));
  return { issuer, ids };
};
const depsWith = (restore: Restore | null = null, log: AdvanceDeps['log'] = vault.log): AdvanceDeps => ({
  ...deps(),
  log,
  hold: { restore: () => restore },
});
const look = (restore: Restore | null = null) => advanceBulks(depsWith(restore));
const standing = async (bulkId: string) =>
  Object.fromEntries((await read(bulkId)).members.map(({ address, status, code }) => [address.split('.')[2], code ?? status]));
const eventsOf = async (type: string, bulkId: string) =>
  (await vault.events()).filter((event) => event.type === type && (event.data as { bulkId?: string }).bulkId === bulkId);

describe('a bulk rotation', () => {
  it('requests a few at a time of each service, the issuers last, for whoever asked for all', async () => {
    const { ids } = await registerMany('few', 3);
    const bulkId = await start({ service: 'few', maxInFlight: 2, stopAfterFailures: null, note: 'somebody left' });
    await look();
    expect(await standing(bulkId)).toEqual({ m0: 'running', m1: 'running', m2: 'waiting', 'a-issuer': 'waiting' });
    await look();
    expect(await eventsOf('bulk-rotation.member-started', bulkId)).toHaveLength(2);
    expect(await eventsOf('rotation.requested', bulkId)).toMatchObject([
      { meta: { actor: { id: ADMIN.id }, causationId: bulkId }, data: { credentialId: ids[0], reason: 'manual', note: 'somebody left' } },
      { data: { credentialId: ids[1] } },
    ]);
    const { members } = await read(bulkId, { member: 'running' });
    expect(members[0]).toMatchObject({ step: 'staged', epoch: 1, sentence: expect.stringMatching(/^Choosing and sealing version 2/u) });
    await fail(ids[0] ?? '');
    await look();
    // What isn't an issuer's to rotate says so.
    await Promise.all([ids[1], ids[2]].map((id) => fail(id ?? '')));
    await look();
    expect(await standing(bulkId)).toEqual({ m0: 'provider-down', m1: 'provider-down', m2: 'provider-down', 'a-issuer': 'issuer-missing' });
    expect(await read(bulkId)).toMatchObject({ status: 'ended', counts: { total: 4, failed: 3, skipped: 1, waiting: 0 } });
    expect(await postgresBulkRotationTable(vault.pool).open()).not.toContain(bulkId);
  });

  it('skips whom it is refused to rotate, and never opens a second rotation', async () => {
    const { issuer, ids } = await registerMany('skips', 3);
    const [disabled = '', open = '', deleted = ''] = ids;
    await done('credential.disable', { credentialId: disabled, reason: 'not used' });
    await done('rotation.request', { credentialId: open });
    const bulkId = await start({ ids: [...ids, issuer] });
    await done('credential.delete', {
      credentialId: deleted,
      confirm: 'system.skips.m2',
      reason: 'not used',
      leftAliveBecause: 'it is a test',
    });
    await look();
    expect(await standing(bulkId)).toEqual({
      m0: 'credential-disabled',
      m1: 'rotation-open',
      m2: 'credential-deleted',
      'a-issuer': 'issuer-missing',
    });
    expect(await read(bulkId)).toMatchObject({
      status: 'ended',
      selection: { byIds: true },
      sentence: expect.stringMatching(/4 skipped/u),
    });
  });

  it('pauses after so many failures, goes on when it is resumed, and starts nothing once it is cancelled', async () => {
    const { ids } = await registerMany('pauses', 3);
    const bulkId = await start({ ids, maxInFlight: 1, stopAfterFailures: 1 });
    await look();
    await fail(ids[0] ?? '');
    await look();
    expect(await standing(bulkId)).toEqual({ m0: 'provider-down', m1: 'waiting', m2: 'waiting' });
    expect(await read(bulkId)).toMatchObject({ status: 'paused', sentence: expect.stringMatching(/1 rotation failed/u) });
    expect(await ask('bulk-rotation.pause', { bulkId, reason: 'again' })).toMatchObject({ value: { status: 'paused' } });
    expect(await done('bulk-rotation.resume', { bulkId })).toEqual({ bulkId, status: 'running' });
    expect(await ask('bulk-rotation.resume', { bulkId })).toMatchObject({ refusal: { code: 'bulk-rotation-not-paused' } });
    await look();
    expect(await standing(bulkId)).toEqual({ m0: 'provider-down', m1: 'running', m2: 'waiting' });
    expect(await done('bulk-rotation.cancel', { bulkId, reason: 'the wrong ones' })).toEqual({ bulkId, status: 'cancelled' });
    await look();
    expect(await standing(bulkId)).toEqual({ m0: 'provider-down', m1: 'running', m2: 'cancelled' });
    await fail(ids[1] ?? '');
    await look();
    expect(await read(bulkId)).toMatchObject({ status: 'ended', counts: { failed: 2, cancelled: 1 } });
    expect(await ask('bulk-rotation.cancel', { bulkId, reason: 'late' })).toMatchObject({ refusal: { code: 'bulk-rotation-over' } });
  });

  it('starts each member once, however many replicas look at once', async () => {
    const { ids } = await registerMany('replicas', 6);
    const bulkId = await start({ ids, maxInFlight: 4 });
    const others = [vault.openLog(), vault.openLog()];
    await Promise.all([look(), ...others.map((log) => advanceBulks(depsWith(null, log)))]);
    expect(await eventsOf('bulk-rotation.member-started', bulkId)).toHaveLength(4);
    expect((await read(bulkId)).counts).toMatchObject({ running: 4, waiting: 2, skipped: 0 });
    await done('bulk-rotation.cancel', { bulkId, reason: 'the test is over' });
    await Promise.all(ids.slice(0, 4).map((id) => fail(id)));
    await look();
  });

  it('bounds what is under way at a provider over all of them', async () => {
    const { ids } = await registerMany('shared', 4);
    const first = await start({ ids: ids.slice(0, 2), maxInFlight: 2 });
    const second = await start({ ids: ids.slice(2), maxInFlight: 2 });
    await look();
    expect([(await read(first)).counts.running, (await read(second)).counts.running]).toEqual([2, 0]);
    await fail(ids[0] ?? '');
    await look();
    expect([(await read(first)).counts.running, (await read(second)).counts.running]).toEqual([1, 1]);
    for (const bulkId of [first, second]) await done('bulk-rotation.cancel', { bulkId, reason: 'the test is over' });
    await Promise.all(ids.slice(1, 3).map((id) => fail(id)));
    await look();
  });

  it('bounds what waits to be approved as all else: however fast others approve, no more are under way than may be', async () => {
    const issuer = await register('system.approved.a-issuer', null);
    const ids: string[] = [];
    for (const name of ['m0', 'm1', 'm2', 'm3', 'm4']) ids.push(await register(`system.approved.${name}`, issuer, { approvals: 1 }));
    const [m0 = '', m1 = '', m2 = '', m3 = ''] = ids;
    const bulkId = await start({ ids, maxInFlight: 2, stopAfterFailures: 3 });
    await look();
    expect(await standing(bulkId)).toEqual({ m0: 'running', m1: 'running', m2: 'waiting', m3: 'waiting', m4: 'waiting' });
    const asked = await read(bulkId);
    expect(asked.sentence).toBe('0 of 5 are through, 2 under way (all waiting to be approved), 3 waiting.');
    expect(asked.members[0]?.sentence).toMatch(/^Waiting for another person than Ada to approve it/u);
    expect(await ask('rotation.approve', { credentialId: m0, epoch: 1 })).toMatchObject({ refusal: { code: 'approver-asked-for-it' } });
    await done('rotation.approve', { credentialId: m0, epoch: 1 }, BEN);
    await look();
    expect((await read(bulkId)).sentence).toBe('0 of 5 are through, 2 under way (1 waiting to be approved), 3 waiting.');
    await done('rotation.reject', { credentialId: m1, epoch: 1, reason: 'not today' }, BEN);
    await look();
    expect(await standing(bulkId)).toEqual({ m0: 'running', m1: 'rejected', m2: 'running', m3: 'waiting', m4: 'waiting' });
    await done('rotation.approve', { credentialId: m2, epoch: 1 }, BEN);
    await look();
    expect(await eventsOf('bulk-rotation.member-started', bulkId)).toHaveLength(3);
    await fail(m0);
    await look();
    expect(await standing(bulkId)).toMatchObject({ m2: 'running', m3: 'running', m4: 'waiting' });
    const lapsed = {
      credentialId: m3,
      epoch: 1,
      step: 'approval',
      reasonCode: 'not-approved',
      sentence: '0 of 1 approvals came within 1 day.',
    };
    await done('epoch.fail', lapsed, WORKER);
    await look();
    expect(await standing(bulkId)).toMatchObject({ m2: 'running', m3: 'not-approved', m4: 'waiting' });
    expect(await read(bulkId)).toMatchObject({ status: 'paused', sentence: expect.stringMatching(/3 rotations failed/u) });
    await done('bulk-rotation.cancel', { bulkId, reason: 'the test is over' });
    await fail(m2);
    await look();
    expect(await standing(bulkId)).toMatchObject({ m2: 'provider-down', m4: 'cancelled' });
    expect((await read(bulkId)).status).toBe('ended');
  });

  it('goes on where the vault fails at one member: its turn comes again later, then it is skipped; one under way keeps its place', async () => {
    const { ids } = await registerMany('broken', 3);
    const [m0 = '', m1 = '', m2 = ''] = ids;
    const bulkId = await start({ ids, maxInFlight: 3, stopAfterFailures: null });
    /** An event that no fold knows, as a log would have that another version wrote. */
    const name = (credentialId: string, type: string) =>
      vault.sql('UPDATE events SET type = $2 WHERE stream = $1 AND version = 3', [`credential-${credentialId}`, type]);
    const faults: Faults = new Map();
    const told: unknown[] = [];
    const logger = { ...silentLogger, error: (event: string, fields: object = {}) => void told.push({ event, ...fields }) };
    let seconds = 0;
    const clock = { now: () => new Date(seconds * 1_000) };
    const lookAt = (at: number) => {
      seconds = at;
      return advanceBulks({ ...depsWith(null, vault.openLog()), clock, logger }, faults);
    };
    const timesTold = () =>
      told.flatMap((one) => {
        const { credentialId, times } = one as { credentialId?: string; times?: number };
        return credentialId === m0 ? [times] : [];
      });
    await name(m0, 'credential.unheard-of');
    try {
      await lookAt(0);
      expect(await standing(bulkId)).toEqual({ m0: 'waiting', m1: 'running', m2: 'running' });
      await fail(m2);
      await name(m1, 'credential.unheard-of');
      for (const at of [1, 29, 30, 31, 329]) await lookAt(at);
      expect(timesTold()).toEqual([1, 2]);
      expect(await standing(bulkId)).toEqual({ m0: 'waiting', m1: 'running', m2: 'provider-down' });
      await lookAt(330);
      expect(await standing(bulkId)).toEqual({ m0: 'vault-fault', m1: 'running', m2: 'provider-down' });
      expect(told).toContainEqual(
        expect.objectContaining({ event: 'bulk-rotation.member-failed', bulkId, credentialId: m0, times: 3, error: expect.any(Error) }),
      );
      expect(told).toContainEqual(expect.objectContaining({ event: 'bulk-rotation.member-failed', credentialId: m1 }));
    } finally {
      await name(m0, 'credential.rotated');
      await name(m1, 'credential.rotated');
    }
    await fail(m1);
    await look();
    expect((await read(bulkId)).status).toBe('ended');
  });

  it('goes on where it can’t even record that it gave a member up, and lets it have its turn later', async () => {
    const { ids } = await registerMany('stuck', 2);
    const [m0 = '', m1 = ''] = ids;
    const bulkId = await start({ ids, maxInFlight: 1, stopAfterFailures: null });
    const log = vault.openLog();
    let isBroken = true;
    const broken: AdvanceDeps['log'] = {
      ...log,
      submit: (fold, job) => {
        const breaks = isBroken && (job.stream === `credential-${m0}` || job.stream === `bulk-rotation-${bulkId}`);
        return breaks ? Promise.reject(new Error('the database is read-only')) : log.submit(fold, job);
      },
    };
    const faults: Faults = new Map([[`${bulkId}/${m0}`, { times: 2, againAt: 0 }]]);
    let seconds = 0;
    const lookAgain = () => advanceBulks({ ...depsWith(null, broken), clock: { now: () => new Date(seconds * 1_000) } }, faults);
    await lookAgain();
    expect(await standing(bulkId)).toEqual({ m0: 'waiting', m1: 'running' });
    await fail(m1);
    isBroken = false;
    seconds = 299;
    await lookAgain();
    expect(await standing(bulkId)).toEqual({ m0: 'waiting', m1: 'provider-down' });
    seconds = 300;
    await lookAgain();
    expect(await standing(bulkId)).toMatchObject({ m0: 'running' });
    expect(faults.size).toBe(0);
    await fail(m0);
    await look();
  });

  it('says of each member when all were asked for: what whoever asked might do counts from then', async () => {
    const { ids } = await registerMany('late', 2);
    const bulkId = await start({ ids, reason: 'compromised', maxInFlight: 1, stopAfterFailures: null });
    await look();
    await fail(ids[0] ?? '');
    await look();
    const [asked] = await eventsOf('bulk-rotation.requested', bulkId);
    const requested = await eventsOf('rotation.requested', bulkId);
    expect(requested.map(({ data }) => (data as { askedAt?: string }).askedAt)).toEqual([asked?.recordedAt, asked?.recordedAt]);
    await fail(ids[1] ?? '');
    await look();
  });

  it('begins nothing while a restored log is held', async () => {
    const { ids } = await registerMany('held', 1);
    const bulkId = await start({ ids });
    await look({ incarnation: 2 } as Restore);
    expect(await standing(bulkId)).toEqual({ m0: 'waiting' });
    await done('bulk-rotation.cancel', { bulkId, reason: 'the test is over' });
  });

  it('is carried on by whoever leads: one that stopped in the middle is found where it was', async () => {
    const { ids } = await registerMany('led', 3);
    const rotator = () => startBulkRotator({ ...depsWith(), leadership: alwaysLeads(), pollMs: 20, retryMs: 20 });
    const first = rotator();
    const bulkId = await start({ ids, maxInFlight: 1, stopAfterFailures: null });
    await expect.poll(() => standing(bulkId)).toMatchObject({ m0: 'running' });
    await first.stop();
    await fail(ids[0] ?? '');
    const second = rotator();
    await expect.poll(() => standing(bulkId)).toEqual({ m0: 'provider-down', m1: 'running', m2: 'waiting' });
    await fail(ids[1] ?? '');
    await expect.poll(() => standing(bulkId)).toMatchObject({ m2: 'running' });
    await fail(ids[2] ?? '');
    await expect.poll(async () => (await read(bulkId)).status).toBe('ended');
    await second.stop();
  });
});

describe('the request of a bulk rotation', () => {
  it('is refused where nothing fits, for ids of nobody, and for whoever may not rotate', async () => {
    const request = (wish: object, actor: Actor = ADMIN) => ask('bulk-rotation.request', wish, actor);
    expect(await request({ service: 'nobodys' })).toMatchObject({ refusal: { code: 'bulk-rotation-empty' } });
    const stranger = uuidv7();
    const [one = ''] = (await registerMany('strangers', 1)).ids;
    expect(await request({ ids: [stranger, one] })).toMatchObject({
      refusal: { code: 'bulk-rotation-empty', sentence: expect.stringContaining(stranger) },
    });
    expect(await request({ ids: [one], service: 'strangers' })).toMatchObject({ refusal: { code: 'message-invalid' } });
    expect(await request({})).toMatchObject({ refusal: { code: 'message-invalid' } });
    expect(await request({ service: 'strangers' }, AUDITOR)).toMatchObject({ refusal: { code: 'not-allowed' } });
    for (const type of ['pause', 'resume', 'cancel']) {
      const data = { bulkId: randomUUID(), reason: 'nobody’s' };
      expect(await ask(`bulk-rotation.${type}`, data)).toMatchObject({ refusal: { code: 'bulk-rotation-unknown' } });
    }
    const unknown = await vault.client(ADMIN).query('bulk-rotation.get', { bulkId: randomUUID() });
    expect(unknown).toMatchObject({ refusal: { code: 'bulk-rotation-unknown' } });
  });

  it('is one and the same under one command id; the newest come first, and their members in pages', async () => {
    const { ids } = await registerMany('pages', 3);
    const commandId = randomUUID();
    const first = await ask('bulk-rotation.request', { ids }, ADMIN, { commandId });
    expect(await ask('bulk-rotation.request', { ids }, ADMIN, { commandId })).toEqual(first);
    const { bulkId } = first.value as unknown as { bulkId: string };
    const listed = await vault.client(ADMIN).query('bulk-rotation.list', {});
    if (!listed.ok) throw new Error(listed.refusal.code);
    expect((listed.value.value as { items: BulkRotationSummary[] }).items[0]).toMatchObject({ bulkId, counts: { total: 3 } });
    const page = await read(bulkId, { limit: 2 });
    expect(page.members.map(({ credentialId }) => credentialId)).toEqual(ids.slice(0, 2));
    const next = await read(bulkId, { limit: 2, cursor: page.nextCursor });
    expect(next).toMatchObject({ members: [{ credentialId: ids[2] }], nextCursor: null });
    await done('bulk-rotation.cancel', { bulkId, reason: 'the test is over' });
  });

  it('is answered as it was the first time, also where nothing fits by then', async () => {
    const [one = ''] = (await registerMany('once', 1)).ids;
    const commandId = randomUUID();
    const first = await ask('bulk-rotation.request', { ids: [one] }, ADMIN, { commandId });
    await done('bulk-rotation.cancel', { bulkId: (first.value as unknown as { bulkId: string }).bulkId, reason: 'the test is over' });
    await done('credential.delete', { credentialId: one, confirm: 'system.once.m0', reason: 'not used', leftAliveBecause: 'a test' });
    expect(await ask('bulk-rotation.request', { ids: [one] }, ADMIN, { commandId })).toEqual(first);
    expect(await ask('bulk-rotation.request', { ids: [one] })).toMatchObject({ refusal: { code: 'bulk-rotation-empty' } });
  });

  it('stands in a table that the log makes anew', async () => {
    const rows = () => vault.sql('SELECT bulk_id, requested_at, is_open FROM bulk_rotations ORDER BY bulk_id');
    const before = await rows();
    expect(before.length).toBeGreaterThan(0);
    const owner = await vault.session();
    await owner.query('TRUNCATE bulk_rotations, credentials, credential_upkeep, consumers, api_token_uses, legacy_users CASCADE');
    await rebuildProjections(owner, new Date().toISOString());
    expect(await rows()).toEqual(before);
  });
});

describe('tags', () => {
  it('are added to and taken from whatever a credential has then', async () => {
    const [credentialId = ''] = (await registerMany('tags', 1)).ids;
    const tagsOf = async () => {
      const found = await vault.client(ADMIN).query('credential.get', { credentialId });
      return found.ok ? (found.value.value as { tags: string[] }).tags : [];
    };
    await done('credential.change-details', { credentialId, changes: {}, addTags: ['b', 'a'] });
    await done('credential.change-details', { credentialId, changes: {}, addTags: ['c'], removeTags: ['a'] });
    expect(await tagsOf()).toEqual(['b', 'c']);
    const many = Array.from({ length: 31 }, (_, index) => `t${index}`);
    expect(await ask('credential.change-details', { credentialId, changes: {}, addTags: many })).toMatchObject({
      refusal: { code: 'fields-invalid' },
    });
  });
});
