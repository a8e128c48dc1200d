import { useEffect } from 'react';
import type { KeyboardEvent, RefObject } from 'react';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** `/` goes to the search field, unless one is typing or a dialog is open. */
export const useSearchKey = (search: RefObject<HTMLInputElement | null>): void => {
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('[role="dialog"]') !== null) return;
      event.preventDefault();
      search.current?.focus();
      search.current?.select();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [search]);
};

const STEPS: Readonly<Record<string, (index: number, last: number) => number>> = {
  ArrowDown: (index, last) => Math.min(index + 1, last),
  ArrowUp: (index) => index - 1,
  Home: () => 0,
  End: (_, last) => last,
};

export const SELECT_KEY = 'x';

/** `x` selects the row that has the focus; with Shift, all rows from the last one that was selected. */
const selectRow = ({ target, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent<HTMLElement>): void => {
  if (ctrlKey || metaKey || altKey || !(target instanceof HTMLElement) || !target.hasAttribute('data-row-link')) return;
  const box = target.closest('tr')?.querySelector('input[type="checkbox"]');
  box?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey }));
};

/** Arrows, Home and End move between the rows' links inside `container`; up from the first goes back to `search`. Enter follows a link anyway. */
export const moveBetweenRows = (event: KeyboardEvent<HTMLElement>, search: RefObject<HTMLInputElement | null>): void => {
  if (event.key.toLowerCase() === SELECT_KEY) return selectRow(event);
  const step = STEPS[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const inSearch = event.target === search.current;
  if (isTyping(event.target) && !(inSearch && event.key === 'ArrowDown')) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')];
  if (rows.length === 0) return;
  event.preventDefault();
  const here = rows.findIndex((row) => row === document.activeElement);
  const next = step(here, rows.length - 1);
  (next < 0 ? search.current : rows[next])?.focus();
};
