import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** On the overview: what waits for a person. */
export const needsOn = (page: Page): Locator => page.getByRole('region', { name: 'Needs someone now' });

/** Other tests leave needs of their own, so it may be among those that stand behind "Show 9 more". */
export const untilListed = (needs: Locator, row: Locator): Promise<void> =>
  expect
    .poll(
      async () => {
        await needs.getByRole('button', { name: /^Show \d+ more$/u }).evaluateAll((buttons) => buttons.forEach((button) => button.click()));
        return await row.count();
      },
      { timeout: 30_000 },
    )
    .toBe(1);
