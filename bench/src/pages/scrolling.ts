import type { Page } from 'playwright-core';
import { z } from 'zod';

const HEADER_PX = 56;
const STUCK_MS = 30_000;

/** One screen further: until it is there, and every row in sight is drawn with what stands in it. */
const STEP = `(async () => {
  const began = performance.now();
  const target = scrollY + innerHeight * 0.9;
  for (;;) {
    scrollTo(0, target);
    await new Promise(requestAnimationFrame);
    const inSight = [...document.querySelectorAll('tr[data-index]')].filter((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return bottom > ${HEADER_PX} && top < innerHeight;
    });
    const isThere = scrollY >= target - 2 && inSight.length > 0 && inSight.every((row) => row.querySelector('a') !== null);
    if (isThere) return performance.now() - began;
    if (performance.now() - began > ${STUCK_MS}) throw new Error('the page doesn’t get to ' + target + ' px: ' + scrollY + ', ' + document.body.innerText.slice(-300));
  }
})()`;

export const screenFurther = async (page: Page): Promise<number> => z.number().parse(await page.evaluate(STEP));

export const Scrolled = z.object({
  /** Between one frame and the next. */
  frames: z.array(z.number()),
  /** How long each task took that kept the page for 50 ms or more. */
  longTasks: z.array(z.number()),
  /** In pixels. */
  way: z.number(),
});
export type Scrolled = z.infer<typeof Scrolled>;

const PIXELS_A_FRAME = 120;

/** Scrolls on for a while, some two rows a frame; a page that has an end begins anew. */
export const scrollFor = async (page: Page, ms: number): Promise<Scrolled> =>
  Scrolled.parse(
    await page.evaluate(`(async () => {
      const longTasks = [];
      const observer = new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) longTasks.push(duration); });
      observer.observe({ type: 'longtask' });
      const frames = [];
      let way = 0;
      const until = performance.now() + ${ms};
      let last = await new Promise(requestAnimationFrame);
      while (performance.now() < until) {
        const before = scrollY;
        scrollBy(0, ${PIXELS_A_FRAME});
        way += scrollY - before;
        if (scrollY === before && document.querySelector('[data-floor]') !== null) scrollTo(0, 0);
        const now = await new Promise(requestAnimationFrame);
        frames.push(now - last);
        last = now;
      }
      observer.disconnect();
      return { frames, longTasks, way };
    })()`),
  );

/** Makes of the page that is open one of plain rows that are all there, as high as ours. */
export const plainRows = async (page: Page, count: number, rowPx: number): Promise<void> => {
  await page.evaluate(`(() => {
    const rows = Array.from({ length: ${count} }, (_, index) =>
      '<tr data-index="' + index + '"><td><a href="#">system.service.name-' + index + '</a></td><td>active</td></tr>');
    document.body.innerHTML = '<table data-floor><tbody>' + rows.join('') + '</tbody></table>';
    // By the object model: the page's policy lets no style of markup through.
    document.querySelector('table').style.width = '100%';
    for (const row of document.querySelectorAll('tr')) row.style.height = '${rowPx}px';
    scrollTo(0, 0);
  })()`);
};
