import { Kbd, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useWasEver } from '../../shared/state/use-was-ever.ts';
import { strings } from '../../strings.ts';
import classes from './palette-button.module.css';

/** It comes when it is asked for. */
const CommandPalette = lazy(async () => ({ default: (await import('./command-palette.tsx')).CommandPalette }));

const isMac = /mac|iphone|ipad/iu.test(navigator.userAgent);

/** Opens the command palette, as Ctrl K and ⌘ K do wherever one is; not above another dialog. */
export const PaletteButton = () => {
  const [opened, setOpened] = useState(false);
  const wasOpened = useWasEver(opened);
  const cameFrom = useRef<Element | null>(null);
  const open = useCallback((): void => {
    cameFrom.current = document.activeElement;
    setOpened(true);
  }, []);
  useEffect(() => {
    if (opened || !(cameFrom.current instanceof HTMLElement)) return;
    cameFrom.current.focus({ preventScroll: true });
    cameFrom.current = null;
  }, [opened]);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      if (document.querySelector('[role="dialog"]') === null) open();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [open]);
  return (
    <>
      <UnstyledButton className={classes['button'] ?? ''} onClick={open}>
        <IconSearch size={17} aria-hidden />
        <span className={classes['words']}>
          {strings.palette.open} <Kbd size="xs">{strings.palette.keys(isMac)}</Kbd>
        </span>
      </UnstyledButton>
      {wasOpened && (
        <Suspense fallback={null}>
          <CommandPalette opened={opened} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  );
};
