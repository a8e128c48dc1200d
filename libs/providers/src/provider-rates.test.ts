import { describe, expect, it } from 'vitest';
import { createPace, memoryTurns } from './http/index.ts';
import { DECLARED_RATES, type PacedProvider, providerPaces } from './provider-rates.ts';

/** When so many calls get through, each asked for once the one before it is through. */
const timesOf = async (provider: PacedProvider, count: number): Promise<number[]> => {
  const times: number[] = [];
  let clock = 0;
  const now = () => clock;
  const wait = (ms: number) => Promise.resolve(void (clock += ms));
  const pace = createPace({ provider, rate: DECLARED_RATES[provider], turns: memoryTurns(now), now, wait });
  for (let call = 0; call < count; call += 1) {
    await pace.turn('');
    times.push(clock);
  }
  return times;
};

it('Whoever is sent away hears of the provider by the name that people have for it', async () => {
  const paces = providerPaces({ turns: { ...memoryTurns(() => 0), take: async () => ({ isTaken: false, inMs: 9, heldMs: 0 }) } });
  await expect(paces('huggingface').turn('')).rejects.toMatchObject({ provider: 'Hugging Face', isHeld: false });
});

describe('a declared rate', () => {
  // What docs/providers cites: several limits at once, where a provider has several.
  it.each<[PacedProvider, number, number]>([
    ['cloudflare', 1_200, 300_000],
    ['stripe', 25, 1_000],
    ['namecheap', 20, 60_000],
    ['namecheap', 700, 3_600_000],
    ['huggingface', 1_000, 300_000],
    ['cohere', 500, 60_000],
    ['replicate', 3_000, 60_000],
  ])('keeps %s within %i calls in %i ms', async (provider, calls, perMs) => {
    const times = await timesOf(provider, 2 * calls + 1);
    const tooSoon = times.filter((at, call) => call >= calls && at - (times[call - calls] ?? 0) < perMs);
    expect(tooSoon).toEqual([]);
  });
});
