import { describe, expect, it } from 'vitest';
import { extendRow, observedMs, watchedFrom, type IdleRow } from './idle-row.ts';

const at = (ms: number) => new Date(1_700_000_000_000 + ms).toISOString();
const fold = (...samples: readonly (readonly [ms: number, sessions: number])[]) =>
  samples.reduce<IdleRow | undefined>(
    (row, [ms, sessions]) => extendRow(row, { version: 1, sampledAt: at(ms), sessions }, 1000),
    undefined,
  );

describe('extendRow', () => {
  it('adds up samples that see nobody', () => {
    const row = fold([0, 0], [1000, 0], [2000, 0]);
    expect(row).toMatchObject({ idle: true, samples: 3 });
    expect(row && observedMs(row)).toBe(2000);
  });
  it('begins anew when somebody is seen', () =>
    expect(fold([0, 0], [1000, 2])).toMatchObject({ idle: false, samples: 1, since: at(1000) }));
  it('begins anew when the last one has gone', () =>
    expect(fold([0, 2], [1000, 2], [2000, 0])).toMatchObject({ idle: true, samples: 1, since: at(2000) }));
  it('begins anew after a gap that could hide a use', () => {
    const row = extendRow(fold([0, 0]), { version: 1, sampledAt: at(6001), sessions: 0 }, 2000);
    expect(row).toMatchObject({ samples: 1 });
  });
  it('goes on over any gap where the provider itself remembers uses', () => {
    const row = extendRow(fold([0, 0]), { version: 1, sampledAt: at(60_000), sessions: 0, isGapless: true }, 2000);
    expect(row).toMatchObject({ samples: 2, since: at(0) });
  });
  it('grows at a provider whose answers take longer than the intervals', () => {
    const first = extendRow(undefined, { version: 1, sampledAt: at(0), sessions: 0 }, 100);
    expect(extendRow(first, { version: 1, sampledAt: at(2000), sessions: 0 }, 100)).toMatchObject({ samples: 2 });
  });
  it('begins anew when the provider set its clock back', () => expect(fold([5000, 0], [4000, 0])).toMatchObject({ samples: 1 }));
  it('begins anew for another version', () => {
    const row = extendRow(fold([0, 0]), { version: 2, sampledAt: at(10), sessions: 0 }, 1000);
    expect(row).toMatchObject({ version: 2, samples: 1 });
  });
});

describe('watchedFrom', () => {
  it('is the begin of a row that saw nobody', () => expect(watchedFrom(fold([0, 0], [1000, 0]), 1)).toBe(at(0)));
  it('is open where nothing was seen of that version yet', () => expect(watchedFrom(fold([0, 0]), 2)).toBeUndefined());

  // Cloudflare tells when a token was last used, to the second, and nothing else.
  it('lets a token become idle that was used through several samples', () => {
    const lastUse = Date.parse(at(3000));
    let row: IdleRow | undefined;
    for (let ms = 0; ms <= 8000; ms += 1000) {
      const since = watchedFrom(row, 1);
      const told = Math.min(Date.parse(at(ms)), lastUse);
      row = extendRow(row, { version: 1, sampledAt: at(ms), sessions: since !== undefined && told >= Date.parse(since) ? 1 : 0 }, 1000);
    }
    expect(row).toMatchObject({ idle: true });
    expect(row && observedMs(row)).toBeGreaterThanOrEqual(2000);
  });
});
