import { afterEach, describe, expect, it } from 'vitest';
import { noLog } from './ports/log.ts';
import type { Wire } from './ports/wire.ts';
import { RenewingWire, type TimedWire } from './renewing-wire.ts';
import { manualClock } from './testing/manual-clock.ts';
import { settle } from './testing/start-instance.ts';
import { TryLater } from './try-later.ts';

const ADDRESS = 'system.postgres.orders';
const LIFE = 300_000;

type TestWire = Wire & {
  readonly name: number;
  readonly steps: string[];
  say(event: string): void;
  answer(): void;
  setConnected(is: boolean): void;
};

/** A wire that writes down what happens to it, in one list with the others; a request is answered when the test says so. */
const testWire = (name: number, steps: string[]): TestWire => {
  const ears = new Set<(event: string, notice: unknown) => void>();
  const waiting: (() => void)[] = [];
  const listeners: (() => void)[] = [];
  let connected = true;
  const step = (what: string): void => void steps.push(`${name} ${what}`);
  return {
    name,
    steps,
    say: (event) => ears.forEach((hear) => hear(event, {})),
    answer: () => waiting.splice(0).forEach((resolve) => resolve()),
    setConnected: (is) => {
      connected = is;
      if (is) listeners.forEach((tell) => tell());
    },
    request: (subject) => {
      step(`asked ${subject}`);
      return new Promise((resolve) => void waiting.push(() => resolve(name)));
    },
    hear: (_address, listener) => {
      step('hears');
      ears.add(listener);
      return () => void ears.delete(listener);
    },
    onReconnect: (listener) => void listeners.push(listener),
    isConnected: () => connected,
    flush: async () => step('flushed'),
    close: async () => step('closed'),
  };
};

const open: RenewingWire[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((wire) => wire.close()))));

const start = async () => {
  const clock = manualClock();
  const steps: string[] = [];
  const wires: TestWire[] = [];
  const state = { fails: false };
  const openNext = async (): Promise<TimedWire> => {
    if (state.fails) throw new Error('no gateway');
    const wire = testWire(wires.length + 1, steps);
    wires.push(wire);
    return { wire, livesMs: LIFE };
  };
  const wire = await RenewingWire.open({ open: openNext, clock, log: noLog });
  open.push(wire);
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await settle();
  };
  return { clock, steps, wires, state, wire, pass };
};

describe('a renewing wire', () => {
  it('opens the next connection before the last ends, hears over both, and only then lets the last go', async () => {
    const { wire, wires, steps, pass } = await start();
    const heard: string[] = [];
    wire.hear(ADDRESS, (event) => void heard.push(event));
    wire.onReconnect(() => void steps.push('compares'));
    await pass(LIFE * 0.6);
    expect(wires).toHaveLength(1);
    await pass(LIFE * 0.07);
    expect(steps).toEqual(['1 flushed', '1 hears', '2 hears', '2 flushed', 'compares', '1 closed']);
    wires[1]?.say('rotated');
    expect(heard).toEqual(['rotated']);
  });

  it('does not cut off a request that is under way', async () => {
    const { wire, wires, steps, pass } = await start();
    const asked = wire.request('beat', {});
    await pass(LIFE * 0.67);
    const next = wire.request('beat', {});
    expect(steps.filter((step) => /asked|closed/.test(step))).toEqual(['1 asked beat', '2 asked beat']);
    wires[0]?.answer();
    expect(await asked).toBe(1);
    await settle();
    expect(steps.at(-1)).toBe('1 closed');
    wires[1]?.answer();
    expect(await next).toBe(2);
  });

  it('goes on with what it has while it cannot be renewed, is cut off when that ends, and comes back', async () => {
    const { wire, wires, state, pass } = await start();
    const heard: string[] = [];
    let reconnects = 0;
    wire.hear(ADDRESS, (event) => void heard.push(event));
    wire.onReconnect(() => void (reconnects += 1));
    state.fails = true;
    await pass(LIFE * 0.67);
    for (let tries = 0; tries < 5; tries += 1) await pass(10_000);
    expect([wire.isConnected(), wires.length]).toEqual([true, 1]);
    wires[0]?.say('rotated');
    await pass(LIFE * 0.33);
    expect([wire.isConnected(), reconnects]).toEqual([false, 0]);
    await expect(wire.request('beat', {})).rejects.toThrow('beat');
    state.fails = false;
    await pass(10_000);
    expect([wire.isConnected(), reconnects]).toEqual([true, 1]);
    wires[1]?.say('rotated');
    expect(heard).toEqual(['rotated', 'rotated']);
  });

  it('tells of a reconnect of the connection in use only', async () => {
    const { wire, wires, pass } = await start();
    let reconnects = 0;
    wire.onReconnect(() => void (reconnects += 1));
    await pass(LIFE * 0.67);
    wires[0]?.setConnected(true);
    expect(reconnects).toBe(1); // the renewal
    wires[1]?.setConnected(true);
    expect(reconnects).toBe(2);
  });

  it('hears for who stops and who begins while it is renewed', async () => {
    const { wire, wires, pass } = await start();
    const heard: string[] = [];
    const stop = wire.hear(ADDRESS, () => void heard.push('stopped'));
    await pass(LIFE * 0.67);
    stop();
    wire.hear(ADDRESS, () => void heard.push('begun'));
    wires[1]?.say('rotated');
    expect(heard).toEqual(['begun']);
  });

  it('opens nothing more once it is closed', async () => {
    const { wire, wires, steps, pass } = await start();
    await wire.close();
    await pass(LIFE);
    expect([wires.length, steps.at(-1), wire.isConnected()]).toEqual([1, '1 closed', false]);
  });

  it.each([
    ['as long as it was asked to', 30_000, 30_000],
    ['a minute at the most', 3_600_000, 60_000],
  ])('stays away %s', async (_how, askedMs, staysMs) => {
    const clock = manualClock();
    const stop = new AbortController();
    let tries = 0;
    const refuse = (): Promise<never> => {
      tries += 1;
      return Promise.reject(new TryLater('too many requests', askedMs));
    };
    const opening = RenewingWire.open({ open: refuse, clock, log: noLog }, stop.signal).catch(() => undefined);
    await settle();
    clock.advance(staysMs - 1);
    await settle();
    expect(tries).toBe(1);
    clock.advance(1);
    await settle();
    expect(tries).toBe(2);
    stop.abort();
    await opening;
  });

  it('gives up the first connection when the caller does', async () => {
    const stop = new AbortController();
    const opening = RenewingWire.open({ open: () => Promise.reject(new Error('no')), clock: manualClock(), log: noLog }, stop.signal);
    stop.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('given up');
  });
});
