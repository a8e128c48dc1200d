import { describe, expect, it } from 'vitest';
import { silentLogger } from '@keyturn/telemetry';
import { lagWatch } from './lag.ts';

const at = (position: number) => ({ position, hash: 'h' });
const START = Date.parse('2026-01-02T03:04:05Z');

const start = () => {
  let now = START;
  const lines: string[] = [];
  const write = (event: string): void => void lines.push(event);
  const log = { ...silentLogger, info: write, error: write };
  const watch = lagWatch({ clock: { now: () => new Date(now) }, log, alarmAfterMs: 60_000 });
  /** One look, so many seconds after the start. */
  const look = (seconds: number, projectedTo: number, head: number | null): void => {
    now = START + seconds * 1000;
    watch.look(at(projectedTo), head === null ? null : at(head));
  };
  return { watch, look, lines };
};

describe('the lag', () => {
  it('is none while audit is level with the vault', () => {
    const { watch, look, lines } = start();
    look(0, 5, 5);
    look(100, 7, 6); // it asked for its own place a moment later
    expect([watch.lag(), watch.trouble(), lines]).toEqual([null, null, []]);
  });

  it('is told with its size and its beginning, and is a trouble when it lasts', () => {
    const { watch, look, lines } = start();
    look(0, 5, 7);
    expect([watch.lag(), watch.trouble()]).toEqual([{ events: 2, since: '2026-01-02T03:04:05.000Z' }, null]);
    look(59, 5, 9);
    expect(watch.trouble()).toBeNull();
    look(60, 5, 12);
    look(75, 5, 12);
    expect(watch.trouble()).toBe('7 events behind the vault since 2026-01-02T03:04:05.000Z: its relay or the stream stands still');
    expect(lines).toEqual(['audit.behind']);
  });

  it('is none of a log that is busy, and whose events come', () => {
    const { watch, look } = start();
    for (let seconds = 0; seconds <= 600; seconds += 15) look(seconds, seconds, seconds + 15);
    expect(watch.trouble()).toBeNull();
  });

  it('is over when audit has come to where the vault was', () => {
    const { watch, look, lines } = start();
    look(0, 5, 7);
    look(60, 5, 7);
    look(61, 7, 7);
    expect([watch.lag(), watch.trouble(), lines]).toEqual([null, null, ['audit.behind', 'audit.level-again']]);
  });

  it('stands while the vault gives no answer', () => {
    const { watch, look } = start();
    look(0, 5, 7);
    look(90, 5, null);
    expect(watch.trouble()).toContain('2 events behind');
  });
});
