import { describe, expect, it } from 'vitest';
import { presence, watchPresence } from './presence.ts';

describe('presence', () => {
  it('ends a minute after the last touch', () => {
    let now = 0;
    const person = presence(() => now);
    now = 59_999;
    expect(person.isAway()).toBe(false);
    person.touch();
    now += 59_999;
    expect(person.isAway()).toBe(false);
    now += 1;
    expect(person.isAway()).toBe(true);
  });

  it('comes back with a key or the pointer', () => {
    let now = 0;
    const person = presence(() => now);
    const window = new EventTarget();
    watchPresence(window, person);
    for (const touch of ['keydown', 'pointerdown', 'wheel']) {
      now += 60_000;
      expect(person.isAway()).toBe(true);
      window.dispatchEvent(new Event(touch));
      expect(person.isAway()).toBe(false);
    }
  });
});
