import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { flaws } from './axe.ts';
import { unreachedByTab } from './keyboard.ts';

const SCHEMES = ['light', 'dark'] as const;
const WIDTHS = [1280, 375] as const;

/** Axe, in both themes and at both widths; nothing scrolls sideways; and the keyboard comes to everything, at both widths. */
export const expectFine = async (view: Page): Promise<void> => {
  // What is said in passing goes by itself, also under a Tab that is on its way to it.
  await expect.poll(() => view.locator('.mantine-Notification-root').count(), { timeout: 10_000 }).toBe(0);
  // Rows that are replaced under Tab aren't reached.
  await expect.poll(() => view.locator('[aria-busy="true"]').count(), { timeout: 10_000 }).toBe(0);
  for (const width of WIDTHS) {
    await view.setViewportSize({ width, height: 900 });
    for (const colorScheme of SCHEMES) {
      await view.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await view.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
      expect({ width, colorScheme, flaws: await flaws(view) }).toEqual({ width, colorScheme, flaws: [] });
    }
    const wide = await view.evaluate<number>('document.documentElement.scrollWidth');
    expect({ width, wide: wide <= width }).toEqual({ width, wide: true });
    expect({ width, unreached: await unreachedByTab(view) }).toEqual({ width, unreached: [] });
  }
};
