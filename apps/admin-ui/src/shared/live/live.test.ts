import { describe, expect, it } from 'vitest';
import { parseLiveEvent, touchedBy } from './live-event.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { gatherTrailing } from './trailing.ts';

describe('touchedBy', () => {
  it('reads everything anew at a commit', () =>
    expect(touchedBy('credential.rotated')).toEqual(['list', 'detail', 'rotation', 'consumers', 'timeline', 'bulk']));
  it('leaves the list alone at an acknowledgement', () => expect(touchedBy('credential.version-acknowledged')).not.toContain('list'));
  it('shows a rotation that was asked for in the list', () => expect(touchedBy('rotation.requested')).toContain('list'));
  it('reads everything anew at an event newer than this page', () => expect(touchedBy('credential.something-new')).toHaveLength(7));
  it('reads only the key ring anew while everything is re-wrapped', () => expect(touchedBy('rewrap.progressed')).toEqual(['key-ring']));
});

describe('parseLiveEvent', () => {
  const event = { position: 7, type: 'credential.rotated', at: '2026-11-22T14:00:00Z', credentialId: null, address: null, data: {} };
  it('reads a message of the stream', () => expect(parseLiveEvent(JSON.stringify(event))?.position).toBe(7));
  it.each(['', 'nonsense', '{}', '[]'])('passes over %j', (text) => expect(parseLiveEvent(text)).toBeNull());
});

describe('gatherTrailing', () => {
  it('hands a burst over once, each value once, and starts anew', () => {
    const flushed: string[][] = [];
    const waiting: Array<() => void> = [];
    const gather = gatherTrailing<string>(
      (values) => flushed.push([...values]),
      100,
      (run) => waiting.push(run),
    );
    gather(['detail']);
    gather(['detail', 'timeline']);
    expect(waiting).toHaveLength(1);
    waiting[0]?.();
    gather(['list']);
    waiting[1]?.();
    expect(flushed).toEqual([['detail', 'timeline'], ['list']]);
  });
});

describe('oneAtATime', () => {
  it('reads once more after a burst of questions, and never two at once', async () => {
    const answers: Array<() => void> = [];
    const refresh = oneAtATime(() => new Promise<void>((resolve) => answers.push(resolve)));
    const done = [refresh('detail'), refresh('detail'), refresh('detail')];
    expect(answers).toHaveLength(1);
    answers[0]?.();
    await Promise.resolve();
    expect(answers).toHaveLength(2);
    answers[1]?.();
    await Promise.all(done);
    expect(answers).toHaveLength(2);
  });
  it('lets different things be read side by side', () => {
    const read: string[] = [];
    const refresh = oneAtATime((key) => {
      read.push(key);
      return new Promise<void>(() => undefined);
    });
    void refresh('detail');
    void refresh('timeline');
    expect(read).toEqual(['detail', 'timeline']);
  });
});
