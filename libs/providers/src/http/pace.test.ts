import { describe, expect, it } from 'vitest';
import { isTooManyOfNamecheap } from '../namecheap/error-numbers.ts';
import { actsAs, asOneWork, givingWay, withAccount } from './one-work.ts';
import { createPace, paced, type PaceOptions, type ProviderRate, TurnTooFar } from './pace.ts';
import type { ProviderReply } from './provider-http.ts';
import { memoryTurns } from './turns.ts';

/** A process beside others that share its turns, on a clock that stands. */
const aProcess = (
  rate: ProviderRate,
  { at = () => 0, turns = memoryTurns(at), ...more }: { at?: () => number } & Partial<PaceOptions> = {},
) => {
  const waits: number[] = [];
  const wait = (ms: number) => Promise.resolve(void waits.push(ms));
  return { waits, pace: createPace({ provider: 'cloudflare', rate, turns, now: at, wait, ...more }) };
};

/** When calls get through that all come at once, `shares` processes taking turns at asking. */
const timesOf = async (rate: ProviderRate, count: number, shares = 1): Promise<number[]> => {
  const turns = memoryTurns(() => 0);
  const processes = Array.from({ length: shares }, () => aProcess(rate, { turns }));
  for (let index = 0; index < count; index += 1) await processes[index % shares]?.pace.turn('').catch(() => undefined);
  return processes.flatMap(({ waits }) => waits).toSorted((a, b) => a - b);
};
const mostInWindow = (times: readonly number[], windowMs: number): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));

describe('a pace', () => {
  it.each<[ProviderRate, number]>([
    [{ calls: 1200, perMs: 3_000 }, 1],
    [{ calls: 1200, perMs: 3_000 }, 3],
    [{ calls: 25, perMs: 1_000 }, 2],
    [{ calls: 1, perMs: 1_000 }, 4],
  ])('lets through no more than the rate %j, by %s processes together', async (rate, shares) => {
    const times = await timesOf(rate, 3 * rate.calls, shares);
    expect(mostInWindow([0, ...times], rate.perMs)).toBeLessThanOrEqual(rate.calls);
  });
  it('uses most of what there is', async () => {
    const times = await timesOf({ calls: 100, perMs: 1_000 }, 200, 2);
    expect(times.at(-1)).toBeLessThan(2_400);
  });
  it('keeps nobody waiting who comes rarely', async () => {
    let now = 0;
    const { pace, waits } = aProcess({ calls: 10, perMs: 1_000 }, { at: () => now });
    for (let index = 0; index < 20; index += 1) {
      await pace.turn('');
      now += 200;
    }
    expect(waits).toEqual([]);
  });
  it('keeps nobody waiting for what is called elsewhere, where each server has the rate by itself', async () => {
    const rate = { calls: 1, perMs: 1_000 };
    const one = aProcess(rate, { isPerServer: true });
    for (const server of ['a:1', 'b:1']) await one.pace.turn(server);
    expect(one.waits).toEqual([]);
    const all = aProcess(rate);
    for (const server of ['a:1', 'b:1']) await all.pace.turn(server);
    expect(all.waits).toHaveLength(1);
  });
  it('takes another turn where it comes too late to one, and goes on though it always does', async () => {
    let now = 0;
    const asked: number[] = [];
    const turns = { ...memoryTurns(() => now), take: async () => (asked.push(now), { isTaken: true, inMs: 0, heldMs: 0 }) };
    const { pace } = aProcess({ calls: 100, perMs: 1_000 }, { at: () => (now += asked.length === 1 ? 60 : 0), turns });
    await pace.turn('');
    expect(asked).toHaveLength(2);
    asked.length = 0;
    const slow = aProcess({ calls: 100, perMs: 1_000 }, { at: () => (now += 60), turns });
    await slow.pace.turn('');
    expect(asked).toHaveLength(5);
  });
});

const sentAway = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((thrown: unknown) => (thrown instanceof TurnTooFar ? [thrown.inMs, thrown.isHeld] : thrown));

describe('a pace with a long queue', () => {
  /** A call each 500 ms, with `queued` calls waiting already. */
  const queueOf = (queued: number) => {
    const { pace, waits } = aProcess({ calls: 1, perMs: 425 });
    const turn = () => pace.turn('');
    return { turn, waits, fill: async () => void (await Promise.all(Array.from({ length: queued }, turn))) };
  };

  it('sends work away that has little time, and each of it to another moment', async () => {
    const { turn, fill, waits } = queueOf(10);
    await fill();
    const before = waits.length;
    const away = await Promise.all([0, 1, 2].map(() => sentAway(asOneWork(turn))));
    expect(away).toEqual([5_000, 5_500, 6_000].map((ms) => [ms, false]));
    expect(waits).toHaveLength(before);
  });
  it('keeps what was begun waiting, and whatever else has time', async () => {
    const { turn, fill, waits } = queueOf(6);
    await fill();
    await asOneWork(async () => {
      await turn(); // in 3,000 ms: just let through
      await turn();
    });
    await turn();
    expect(waits.slice(-3)).toEqual([3_000, 3_500, 4_000]);
    expect(await sentAway(asOneWork(turn))).toEqual([4_500, false]);
  });
  it('begins what gives way only where its turn comes at once, and tells work no other moment for it', async () => {
    const { turn, fill, waits } = queueOf(3);
    await fill();
    const before = waits.length;
    const away = [await sentAway(givingWay(turn, 'one')), await sentAway(givingWay(turn, 'one'))];
    expect([away, waits.length]).toEqual([[1_500, 1_500].map((ms) => [ms, false]), before]);
    await asOneWork(turn);
    expect(waits.at(-1)).toBe(1_500);
    const begun = queueOf(1);
    await begun.fill();
    await givingWay(async () => [await begun.turn(), await begun.turn(), await begun.turn()], 'one');
    expect(begun.waits).toEqual([500, 1_000, 1_500]);
  });
  it('has nobody come again later than a minute after its turn opens', async () => {
    const { turn, fill } = queueOf(10);
    await fill();
    for (let asked = 0; asked < 200; asked += 1) await sentAway(asOneWork(turn));
    expect(await sentAway(asOneWork(turn))).toEqual([65_000, false]);
  });
  it('keeps nothing waiting for longer than half a minute', async () => {
    const { turn, fill } = queueOf(61);
    await fill();
    expect(await sentAway(turn())).toEqual([30_500, false]);
  });
});

const reply = (status: number, retryAfterSeconds: number | null = null): ProviderReply => ({
  status,
  text: '',
  retryAfterSeconds,
  date: null,
});

describe('a provider that takes no more calls', () => {
  const RATE = { calls: 1200, perMs: 300_000 };
  /** A clock that passes with each wait, and a provider that answers so, then well. */
  const aProvider = (...answers: readonly ProviderReply[]) => {
    let now = 0;
    const calledAt: number[] = [];
    const left = [...answers];
    const at = () => now;
    const turns = memoryTurns(at);
    const wait = (ms: number) => Promise.resolve(void (now += ms));
    const client = () => {
      const { pace } = aProcess(RATE, { at, turns, wait });
      return paced({ send: async () => (calledAt.push(now), left.shift() ?? reply(200)) }, pace);
    };
    return { client, calledAt, pass: (ms: number) => void (now += ms) };
  };
  const asked = { url: 'https://api.example/tokens' };

  it('is called by nobody until it says, also not by another process', async () => {
    const { client, calledAt } = aProvider(reply(429, 20));
    const [one, another] = [client(), client()];
    expect(await one.send(asked)).toMatchObject({ status: 429 });
    await another.send(asked);
    expect(calledAt[1]).toBeGreaterThanOrEqual(20_000);
  });
  it('sends away what can’t wait for so long, with the time', async () => {
    const { client, calledAt } = aProvider(reply(429, 1_800));
    const send = () => client().send(asked);
    expect(await sentAway(asOneWork(send, 'one'))).toEqual([1_800_000, true]);
    expect(await sentAway(asOneWork(send, 'one'))).toEqual([1_800_000, true]);
    expect(await sentAway(withAccount(send, 'one'))).toEqual([1_800_000, true]);
    expect(calledAt).toHaveLength(1);
  });
  it('is called with every other account meanwhile', async () => {
    const { client, calledAt } = aProvider(reply(429, 1_800));
    const send = () => client().send(asked);
    expect(await withAccount(send, 'of a person')).toMatchObject({ status: 429 });
    expect(await asOneWork(send, 'the issuer')).toMatchObject({ status: 200 });
    expect(await send()).toMatchObject({ status: 200 });
    expect(calledAt).toEqual([0, 0, 0]);
  });
  it('is held as the account with which it was called: the issuer’s, once that is opened', async () => {
    const { client } = aProvider(reply(429, 1_800));
    const asIssuer = async () => (actsAs('the issuer'), await client().send(asked));
    expect(await sentAway(asOneWork(asIssuer, 'one'))).toEqual([1_800_000, true]);
    expect(await sentAway(asOneWork(asIssuer, 'another'))).toEqual([1_800_000, true]);
    expect(await asOneWork(() => client().send(asked), 'one')).toMatchObject({ status: 200 });
  });
  it('keeps everybody waiting for a period at most where nobody knows whose rate it was', async () => {
    const { client } = aProvider(reply(429, 1_800));
    expect(await sentAway(asOneWork(() => client().send(asked)))).toEqual([300_000, true]);
    expect(await sentAway(asOneWork(() => client().send(asked), 'one'))).toEqual([expect.closeTo(300_000, -3), true]);
  });
  it('is waited for by all of one account, of which each then takes a turn of its own', async () => {
    let now = 0;
    const turns = memoryTurns(() => now);
    const { pace, waits } = aProcess({ calls: 1, perMs: 850 }, { at: () => now, turns });
    const turn = () => withAccount(() => pace.turn(''), 'one');
    await withAccount(() => pace.hold('', 20), 'one');
    const waiting = [turn(), turn()];
    await Promise.resolve();
    now = 20_000;
    await Promise.all(waiting);
    expect(waits).toEqual([20_000, 20_000, 1_000]);
  });
  it('is asked again in the same work where it says soon', async () => {
    const { client, calledAt } = aProvider(reply(429, 2));
    expect(await asOneWork(() => client().send(asked))).toMatchObject({ status: 200 });
    expect(calledAt).toEqual([0, 2_000]);
  });
  it.each<[string, ProviderReply, number]>([
    ['an hour at most', reply(429, 86_400), 3_600_000],
    ['a minute where it doesn’t say', reply(429), 60_000],
  ])('is believed for %s', async (_how, answer, ms) => {
    const { client, pass } = aProvider(answer);
    const send = () => withAccount(() => client().send(asked), 'one');
    await send();
    pass(ms - 31_000);
    expect(await sentAway(send())).toEqual([31_000, true]);
    pass(31_000);
    expect(await send()).toMatchObject({ status: 200 });
  });
  it('may say so in its own words', async () => {
    const { pace } = aProcess(RATE);
    const client = paced({ send: async () => ({ ...reply(200), text: '<Error Number="500000">' }) }, pace, isTooManyOfNamecheap);
    expect(await sentAway(asOneWork(() => client.send(asked)))).toEqual([60_000, true]);
  });
  it('is left alone for a second at least', async () => {
    const { client, calledAt } = aProvider(reply(429, 0));
    await asOneWork(() => client().send(asked));
    expect(calledAt).toEqual([0, 1_000]);
  });
  it('is called by nobody though it could not be told of at once', async () => {
    let now = 0;
    let isAway = true;
    const memory = memoryTurns(() => now);
    const hold: typeof memory.hold = (...line) => (isAway ? Promise.reject(new Error('the vault is away')) : memory.hold(...line));
    const wait = (ms: number) => Promise.resolve(void (now += ms));
    const { pace } = aProcess(RATE, { at: () => now, turns: { ...memory, hold }, wait });
    await expect(pace.hold('', 20)).rejects.toThrow('the vault is away');
    isAway = false;
    await pace.turn('');
    expect(now).toBeGreaterThanOrEqual(20_000);
  });
  it('is not called by what waited for its turn already', async () => {
    let now = 0;
    const turns = memoryTurns(() => now);
    const let1: (() => void)[] = [];
    const { pace } = aProcess(
      { calls: 1, perMs: 850 },
      {
        at: () => now,
        turns,
        wait: (ms) => new Promise<void>((resolve) => let1.push(() => ((now += ms), resolve()))),
      },
    );
    await pace.turn('');
    let isThrough = false;
    const waiting = withAccount(() => pace.turn(''), 'one').then(() => (isThrough = true));
    await Promise.resolve();
    await Promise.resolve();
    await withAccount(() => pace.hold('', 20), 'one');
    let1.shift()?.();
    await new Promise(setImmediate);
    expect(isThrough).toBe(false);
    let1.shift()?.();
    await waiting;
    expect(now).toBeGreaterThanOrEqual(20_000);
  });
});
