import type { BackupEvent, Recorded } from '@keyturn/contracts/events';
import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { type BackupCommand, decideBackup } from './decide.ts';
import { type Backups, evolveBackups, noBackups } from './state.ts';

const [FIRST, SECOND] = ['0197d2a0-0000-7000-8000-000000000001', '0197d2a0-0000-7000-8000-000000000002'];
const HEAD = { position: 9, hash: 'a'.repeat(64) };
const about = (backupId: string) => ({ backupId, file: `${backupId}.age` });
const requested = (backupId = FIRST): BackupEvent => ({ type: 'backup.requested', data: about(backupId) });
const started = (backupId = FIRST): BackupEvent => ({ type: 'backup.started', data: about(backupId) });
const completed: BackupEvent = { type: 'backup.completed', data: { ...about(FIRST), head: HEAD, bytes: 10, lines: 3, kekIds: [] } };
const failed: BackupEvent = { type: 'backup.failed', data: { ...about(FIRST), reasonCode: 'backup-unwritable', sentence: 'ENOSPC' } };

const recorded = (event: BackupEvent): Recorded => ({
  ...event,
  position: 1,
  stream: 'backups',
  version: 1,
  meta: { commandId: 'c', actor: { kind: 'person', id: 'ada' }, incarnation: 1 },
  recordedAt: '2026-01-02T03:04:05.000000Z',
  sealedHash: null,
  prevHash: '',
  hash: '',
});
const after = (...events: readonly BackupEvent[]) => {
  const backups = events.reduce<Backups>((state, event) => evolveBackups(state, event, recorded(event)), noBackups);
  return { backups, when: (command: BackupCommand) => decideBackup(command, backups) };
};

describe('backup.request', () => {
  const request: BackupCommand = { type: 'backup.request', ...about(SECOND) };
  it('is taken where none is open', () => {
    expect(after().when(request)).toEqual(ok([requested(SECOND)]));
    expect(after(requested(), started(), completed).when(request)).toEqual(ok([requested(SECOND)]));
    expect(after(requested(), failed).when(request)).toEqual(ok([requested(SECOND)]));
  });
  it.each([[[requested()]], [[requested(), started()]]])('is refused while another one is open, which it names', (events) =>
    expect(after(...events).when(request)).toEqual(refuse({ code: 'backup-running', backupId: FIRST })),
  );
});

describe('the work on a backup', () => {
  it('begins once', () => {
    expect(after(requested()).when({ type: 'backup.begin', backupId: FIRST })).toEqual(ok([started()]));
    expect(after(requested(), started()).when({ type: 'backup.begin', backupId: FIRST })).toEqual(ok([]));
  });
  it('ends once, and what comes after its end changes nothing', () => {
    const complete: BackupCommand = { type: 'backup.complete', backupId: FIRST, head: HEAD, bytes: 10, lines: 3, kekIds: [] };
    const fail: BackupCommand = { type: 'backup.fail', backupId: FIRST, reasonCode: 'backup-unwritable', sentence: 'ENOSPC' };
    expect(after(requested(), started()).when(complete)).toEqual(ok([completed]));
    expect(after(requested(), started(), failed).when(complete)).toEqual(ok([]));
    expect(after(requested(), started()).when(fail)).toEqual(ok([failed]));
    expect(after(requested(), started(), completed).when(fail)).toEqual(ok([]));
  });
  it('of another one changes nothing', () =>
    expect(after(requested(), started()).when({ type: 'backup.begin', backupId: SECOND })).toEqual(ok([])));
  it('leaves what it came to', () => {
    const { backups } = after(requested(), started(), failed, requested(SECOND), started(SECOND));
    expect(backups).toMatchObject([
      { backupId: FIRST, status: 'failed', failure: { code: 'backup-unwritable', sentence: 'ENOSPC' }, by: { id: 'ada' } },
      { backupId: SECOND, status: 'running', failure: null },
    ]);
  });
});
