import { Sensitive } from '@keyturn/kernel';
import { restoreInto } from '../src/adapters/postgres/restore-target.ts';
import type { EventLine } from '../src/backup/backup-line.ts';
import { canonicalText, hashEvent } from '../src/log/hash-event.ts';
import { CHAIN_START } from '../src/log/verify-chain.ts';
import type { TestLog } from './test-log.ts';

const BATCH = 500;
const meta = { commandId: 'seed', actor: { kind: 'service' as const, id: 'test' }, incarnation: 1 };
const padding = 'x'.repeat(2_000);

/** Makes one event after another, 2 kB each, every one chained to the one before. */
const padder = () => {
  let head = CHAIN_START;
  return (): EventLine => {
    const position = head.position + 1;
    const [data, prevHash] = [{ position, padding }, head.hash];
    const recordedAt = '2026-01-02T03:04:05.678901Z';
    const event = {
      position,
      stream: `pad-${position % 97}`,
      version: Math.ceil(position / 97),
      type: 'test.padded',
      data,
      meta,
      recordedAt,
      sealedHash: null,
    };
    // streams pad-1 … pad-96, pad-0 take turns, so each one's versions have no gap
    const hash = hashEvent(prevHash, event);
    head = { position, hash };
    return { ...event, kind: 'event', data: canonicalText(data), meta: canonicalText(meta), sealed: null, prevHash, hash };
  };
};

/** Fills an empty log with that many events. */
export const padLog = async (database: TestLog, events: number): Promise<void> => {
  const nextEvent = padder();
  await restoreInto(new Sensitive(database.ownerUrl), async (target) => {
    for (let batch = 0; batch < events / BATCH; batch += 1) await target.insertEvents(Array.from({ length: BATCH }, nextEvent));
  });
};
