import { z } from 'zod';
import type { BenchStack } from '../bench-stack.ts';
import { withGenerator } from '../commands/with-generator.ts';
import { figureOf, type SuiteResult } from '../report/figures.ts';
import type { SuiteOptions } from '../suite-options.ts';

const WIDTHS = [1, 8, 32, 64] as const;
const CONNECTIONS = 64;
const CREDENTIALS = 1_000;
/** What OpenBao read beside what this floor made on one machine (docs/performance.md). */
const PROMISED = { width: 32, ratioAtLeast: 0.18 } as const;

const ABOUT = [
  '`credential.reveal` over one live link: decided, recorded in the hash chain and committed, then opened and sealed to the asker.',
  'The load comes from a process of its own, the floor from that same process.',
] as const;

/** Secrets shown a second, with 1, 8, 32 and 64 requests in flight. */
export const reveals = async (stack: BenchStack, options: SuiteOptions): Promise<SuiteResult> => {
  const counts = options.isQuick ? { 1: 60, 8: 200, 32: 400, 64: 600 } : { 1: 300, 8: 1_000, 32: 2_000, 64: 3_000 };
  const rounds = options.isQuick ? 2 : 9;
  const ours = new Map<number, number[]>(WIDTHS.map((width) => [width, []]));
  const floor: number[] = [];
  await withGenerator(stack, { name: 'reveals', credentials: CREDENTIALS, connections: CONNECTIONS }, async (generator) => {
    const rate = async (what: string, data: object): Promise<number> => z.number().parse(await generator.ask(what, data));
    await rate('reveal', { width: CONNECTIONS, count: 2 * CREDENTIALS }); // warm-up
    for (let round = 1; round <= rounds; round += 1) {
      for (const width of WIDTHS) {
        floor.push(await rate('rows', { connections: CONNECTIONS, rowsEach: 1, count: counts[64] }));
        ours.get(width)?.push(await rate('reveal', { width, count: counts[width] }));
      }
      options.onProgress(`reveals: round ${round} of ${rounds} done`);
    }
  });
  const figures = WIDTHS.map((width) =>
    figureOf({
      name: `${width} in flight`,
      unit: 'a second',
      ours: ours.get(width) ?? [],
      floor,
      floorIs: `${CONNECTIONS} connections committing single rows of 1 kB`,
      ...(width === PROMISED.width ? { promise: { ratioAtLeast: PROMISED.ratioAtLeast } } : {}),
    }),
  );
  return { suite: 'Reveals', about: ABOUT, figures };
};
