import type { Page } from 'playwright-core';

/** Until the page has drawn what it knows by now. */
export const twoFrames = (page: Page): Promise<unknown> =>
  page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
