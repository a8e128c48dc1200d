import type { Session } from '@keyturn/contracts/api';
import { Group } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { ReactNode, RefObject } from 'react';
import { strings } from '../../strings.ts';
import { AccountMenu } from './account-menu.tsx';
import classes from './app-frame.module.css';
import { ColorSchemeToggle } from './color-scheme-toggle.tsx';
import { Logo } from './logo.tsx';
import { MainNav } from './main-nav.tsx';

/** Moves the focus to the new page's content, so that a screen reader and the tab key start there; the first page is left alone. */
const useFocusOnNewPage = (): RefObject<HTMLElement | null> => {
  const { pathname } = useLocation();
  const content = useRef<HTMLElement>(null);
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current !== pathname) content.current?.focus({ preventScroll: true });
    last.current = pathname;
  }, [pathname]);
  return content;
};

type Props = {
  readonly session: Session;
  /** What stands in the header on every page. */
  readonly tools: ReactNode;
  readonly children: ReactNode;
};

/** Header, navigation and the place where pages stand. */
export const AppFrame = ({ session, tools, children }: Props) => {
  const content = useFocusOnNewPage();
  return (
    <>
      <a className={classes['skip']} href="#content">
        {strings.skipToContent}
      </a>
      <header className={classes['header']}>
        <div className={classes['bar']}>
          <Link to="/" className={classes['brand']} aria-label={strings.product}>
            <Logo />
            <span className={classes['word']}>{strings.product}</span>
          </Link>
          <MainNav />
          <Group gap="xs" wrap="nowrap">
            {tools}
            <ColorSchemeToggle />
            <AccountMenu session={session} />
          </Group>
        </div>
      </header>
      <main ref={content} id="content" className={classes['main']} tabIndex={-1}>
        {children}
      </main>
    </>
  );
};
