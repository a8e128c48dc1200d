import type { CDPSession, Page } from 'playwright-core';
import { z } from 'zod';

/** In the page, before anything of its own: keeps when the largest content was painted, so far. */
export const WATCH_PAINTS = `(() => {
  globalThis.largestPaint = null;
  new PerformanceObserver((list) => { for (const { startTime } of list.getEntries()) globalThis.largestPaint = startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
})()`;

const CALM_MS = 500;
/** Nothing larger came for a while after what the page is about had been shown. */
const SETTLED = `new Promise((resolve) => {
  let last;
  const look = () => {
    if (globalThis.largestPaint !== null && globalThis.largestPaint === last) return resolve(last);
    last = globalThis.largestPaint;
    setTimeout(look, ${CALM_MS});
  };
  look();
})`;

/** Opens a page with nothing of it in the browser's cache, waits until `shown` is, and answers when its largest content was painted. */
export const largestPaint = async (page: Page, network: CDPSession, url: string, shown: string): Promise<number> => {
  await network.send('Network.clearBrowserCache');
  await page.goto(url);
  await page.locator(shown).first().waitFor();
  return z.number().parse(await page.evaluate(SETTLED));
};
