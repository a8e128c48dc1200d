import type { LogEvent } from '@keyturn/contracts/events';
import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { decideRestore, type RestoreCommand } from './decide.ts';
import { evolveRestores, heldRestore, neverRestored, type Restores, unshredded } from './state.ts';

const counts = { tested: 3, failed: 1, noTest: 2 };
const restored = (incarnation: number): LogEvent => ({
  type: 'log.restored',
  data: { incarnation, head: { position: 9, hash: 'a'.repeat(64) }, backedUpAt: '2026-01-02T03:04:05.000Z', reason: 'the disk died' },
});
const shredded = (incarnation: number): LogEvent => ({
  type: 'log.shreds-repeated',
  data: { incarnation, lostTo: 12, named: 1, deleted: 1 },
});
const released = (incarnation: number): LogEvent => ({ type: 'log.released', data: { incarnation, ...counts, unchecked: 0 } });
const published: LogEvent = { type: 'log.released', data: { incarnation: 2, ...counts, unchecked: 4, reason: 'no time' } };

const after = (...events: readonly LogEvent[]) => {
  const recordedAt = '2026-01-02T03:04:05.000000Z';
  const meta = { commandId: 'c', actor: { kind: 'person' as const, id: 'ada' }, incarnation: 2 };
  const restores = events.reduce<Restores>(
    (state, event) =>
      evolveRestores(state, event, {
        ...event,
        position: 1,
        stream: 'log',
        version: 1,
        meta,
        recordedAt,
        sealedHash: null,
        prevHash: '',
        hash: '',
      }),
    neverRestored,
  );
  return { restores, when: (command: RestoreCommand) => decideRestore(command, restores) };
};

describe('publishing after a restore', () => {
  const release: RestoreCommand = { type: 'restore.release', incarnation: 2, counts };
  const publish: RestoreCommand = { type: 'restore.publish', reason: 'no time', counts, unchecked: 4 };
  it('is held until all is checked, and what was shredded is shredded again', () => {
    expect(after(restored(2)).when(release)).toEqual(ok([]));
    expect(after(restored(2), shredded(2)).when(release)).toEqual(ok([released(2)]));
    expect(after(restored(2), shredded(2), released(2)).when(release)).toEqual(ok([]));
  });
  it('goes on by a person’s word, with the reason, also before that', () => {
    expect(after(restored(2)).when(publish)).toEqual(ok([published]));
    expect(after(restored(2), published).when(publish)).toEqual(refuse({ code: 'nothing-to-release' }));
    expect(after().when(publish)).toEqual(refuse({ code: 'nothing-to-release' }));
  });
  it('still owes the shreds after a person’s word', () => {
    const { restores, when } = after(restored(2), published);
    expect(heldRestore(restores)).toBeNull();
    expect(unshredded(restores)).toMatchObject([{ incarnation: 2 }]);
    expect(when({ type: 'restore.shreds-repeated', incarnation: 2, lostTo: 12, named: 1, deleted: 1 })).toEqual(ok([shredded(2)]));
  });
  it('owes those of an older restore that was lost before it had repeated them', () => {
    const { restores, when } = after(restored(2), restored(3), shredded(3));
    expect(unshredded(restores).map(({ incarnation }) => incarnation)).toEqual([2]);
    expect(when({ type: 'restore.release', incarnation: 3, counts })).toEqual(ok([]));
  });
  it('records the shreds once', () =>
    expect(
      after(restored(2), shredded(2)).when({ type: 'restore.shreds-repeated', incarnation: 2, lostTo: 1, named: 0, deleted: 0 }),
    ).toEqual(ok([])));
});
