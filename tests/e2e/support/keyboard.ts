import type { Page } from 'playwright-core';

/**
 * Everything on the page that Tab should come to; inside the dialog where one is open. Each is marked with a number. Of radio buttons that is
 * the chosen one: from there the arrows lead to the others.
 */
const MARK = `(() => {
  for (const marked of document.querySelectorAll('[data-stop]')) marked.removeAttribute('data-stop');
  if (globalThis.reachedStops === undefined) {
    addEventListener('keyup', () => reachedStops.add(document.activeElement?.getAttribute('data-stop') ?? null), { capture: true });
  }
  globalThis.reachedStops = new Set();
  const root = [...document.querySelectorAll('[role="dialog"]')].at(-1) ?? document;
  const all = root.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]');
  return [...all]
    .filter((element) => element.tabIndex >= 0 && !element.matches(':disabled, [type="radio"]:not(:checked)') && element.checkVisibility({ visibilityProperty: true }))
    .map((element, index) => {
      element.setAttribute('data-stop', String(index));
      return element.getAttribute('aria-label') ?? (element.textContent?.trim() || element.getAttribute('name') || element.outerHTML.slice(0, 120));
    });
})()`;
/** On which of them the focus was after a key. */
const REACHED = `[...reachedStops].filter((stop) => stop !== null)`;
/** Which of them are on the page still. */
const THERE = `[...document.querySelectorAll('[data-stop]')].map((element) => element.getAttribute('data-stop'))`;
/** A date has an input for each of its parts, and a button. */
const STOPS_WITHIN = 4;

/** Presses Tab through the page, and says what of it the keyboard didn't come to. The page itself keeps where it was, so it is asked seldom. */
export const unreachedByTab = async (page: Page): Promise<readonly string[]> => {
  const stops = await page.evaluate<string[]>(MARK);
  let reached = new Set<string>();
  let left = stops.length * STOPS_WITHIN + 10;
  while (left > 0 && reached.size < stops.length) {
    const presses = Math.min(left, stops.length - reached.size);
    for (let pressed = 0; pressed < presses; pressed += 1) await page.keyboard.press('Tab');
    left -= presses;
    reached = new Set(await page.evaluate<string[]>(REACHED));
  }
  const there = new Set(await page.evaluate<string[]>(THERE));
  return stops.flatMap((name, index) => {
    const stop = String(index);
    if (reached.has(stop)) return [];
    return [there.has(stop) ? name : `${name} (replaced while Tab was on its way)`];
  });
};
