import type { Page } from 'playwright-core';

/**
 * Everything on the page that Tab should come to; inside the dialog where one is open. Each is marked with a number. Of radio buttons that is
 * the chosen one: from there the arrows lead to the others.
 */
const MARK = `(() => {
  const root = [...document.querySelectorAll('[role="dialog"]')].at(-1) ?? document;
  const all = root.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]');
  return [...all]
    .filter((element) => element.tabIndex >= 0 && !element.matches(':disabled, [type="radio"]:not(:checked)') && element.checkVisibility({ visibilityProperty: true }))
    .map((element, index) => {
      element.setAttribute('data-stop', String(index));
      return element.getAttribute('aria-label') ?? (element.textContent?.trim() || element.getAttribute('name') || element.outerHTML.slice(0, 120));
    });
})()`;
const STANDING = `document.activeElement?.getAttribute('data-stop') ?? null`;
/** A date has an input for each of its parts, and a button. */
const STOPS_WITHIN = 4;

/** Presses Tab through the page, and says what of it the keyboard didn't come to. */
export const unreachedByTab = async (page: Page): Promise<readonly string[]> => {
  const stops = await page.evaluate<string[]>(MARK);
  const reached = new Set<string>();
  const enough = stops.length * STOPS_WITHIN + 10;
  for (let pressed = 0; pressed < enough && reached.size < stops.length; pressed += 1) {
    await page.keyboard.press('Tab');
    const standing = await page.evaluate<string | null>(STANDING);
    if (standing !== null) reached.add(standing);
  }
  return stops.filter((_name, index) => !reached.has(String(index)));
};
