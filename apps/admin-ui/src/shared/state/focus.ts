import { useEffect, useLayoutEffect, useRef } from 'react';
import type { FocusEvent, RefObject } from 'react';

const isNowhere = ({ activeElement }: Document): boolean => activeElement === null || activeElement === document.body;

/** An item of a menu goes with its menu: its place has the button that the menu hangs from. */
const lastingOf = (element: Element | null): HTMLElement | null => {
  const menu = element?.closest('[role="menu"]') ?? null;
  const lasting = menu === null ? element : document.getElementById(menu.getAttribute('aria-labelledby') ?? '');
  return lasting instanceof HTMLElement ? lasting : null;
};

let latest: HTMLElement | null = null;

/** Keeps in mind what had the focus last: a menu, for one, may be gone before what it opens is there. */
export const watchFocus = (page: Document): void =>
  page.addEventListener('focusin', ({ target }) => {
    if (target instanceof Element) latest = lastingOf(target);
  });

/** Gives the focus back to what had it before something was opened; also where that comes, and goes, with being open. */
export const useFocusBack = (opened: boolean): void => {
  const before = useRef<HTMLElement | null>(null);
  // Before the paint: afterwards what was opened has it.
  useLayoutEffect(() => {
    if (opened) before.current = isNowhere(document) ? latest : lastingOf(document.activeElement);
  }, [opened]);
  useEffect(() => {
    if (!opened) return undefined;
    return () => {
      const dialog = document.activeElement?.closest('[role="dialog"]') ?? null;
      if (dialog !== null || isNowhere(document)) before.current?.focus({ preventScroll: true });
    };
  }, [opened]);
};

/**
 * Keeps the focus in the dialog around `inside`. What has it there may be disabled while something is asked, or go with what it belongs to: then
 * nobody has it, the library's trap lets go, and Tab would walk the page behind the dialog. It comes back as soon as it can.
 */
export const useFocusWithin = (inside: RefObject<HTMLElement | null>): void => {
  useEffect(() => {
    const dialog = inside.current?.closest<HTMLElement>('[role="dialog"]') ?? null;
    if (dialog === null) return undefined;
    let last = dialog;
    const note = ({ target }: Event): void => {
      if (target instanceof HTMLElement) last = target;
    };
    const giveBack = (): void => {
      const first = dialog.querySelector<HTMLElement>('[data-autofocus]:enabled') ?? dialog;
      const next = last.isConnected ? last : first;
      if (isNowhere(document) && !next.matches(':disabled')) next.focus({ preventScroll: true });
    };
    const onKey = ({ key }: KeyboardEvent): void => {
      if (key === 'Tab' && isNowhere(document)) dialog.focus({ preventScroll: true }); // from here the trap goes on
    };
    const changes = new MutationObserver(giveBack);
    changes.observe(dialog, { subtree: true, childList: true, attributeFilter: ['disabled'] });
    dialog.addEventListener('focusin', note);
    document.addEventListener('keydown', onKey, { capture: true });
    return () => {
      changes.disconnect();
      dialog.removeEventListener('focusin', note);
      document.removeEventListener('keydown', onKey, { capture: true });
    };
  }, [inside]);
};

/** For an element whose content may go while it has the focus: then `rest` has it. */
export const useKeptFocus = (rest: RefObject<HTMLElement | null>) => {
  const last = useRef<Element | null>(null);
  useEffect(() => {
    if (last.current === null || last.current.isConnected) return;
    last.current = null;
    if (isNowhere(document)) rest.current?.focus({ preventScroll: true });
  });
  return {
    onFocus: ({ target }: FocusEvent): void => {
      last.current = target;
    },
    onBlur: ({ relatedTarget }: FocusEvent): void => {
      // A button that is pressed and then disabled loses it to nobody.
      if (relatedTarget !== null) last.current = null;
    },
  };
};
