import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Nothing fades in or out, and no hint is left behind of what the pointer was over. One that belongs to the focus stays, as it should. */
const AT_REST = `
  [...document.querySelectorAll('[style*="transition-property"]')].every(({ style }) => style.display === 'none' || style.opacity !== '0') &&
  [...document.querySelectorAll('[role="tooltip"]')].every(({ id }) => document.activeElement?.closest('[aria-describedby~="' + id + '"]') != null)`;

/** What axe finds wrong with what is on the page now, once the page is at rest and the pointer is over nothing. */
export const flaws = async (page: Page): Promise<string[]> => {
  await page.mouse.move(0, 0);
  await expect.poll(() => page.evaluate<boolean>(AT_REST), { timeout: 10_000 }).toBe(true);
  if (!(await page.evaluate<boolean>(`'axe' in globalThis`))) await page.evaluate(axe.source);
  return page.evaluate<string[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
       violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`,
  );
};
