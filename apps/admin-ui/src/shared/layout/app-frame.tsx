import type { Session } from '@keyturn/contracts/api';
import { Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { strings } from '../../strings.ts';
import { AccountMenu } from './account-menu.tsx';
import classes from './app-frame.module.css';
import { ColorSchemeToggle } from './color-scheme-toggle.tsx';
import { Logo } from './logo.tsx';

/** Header, navigation and the place where pages stand. */
export const AppFrame = ({ session, children }: { readonly session: Session; readonly children: ReactNode }) => (
  <>
    <a className={classes['skip']} href="#content">
      {strings.skipToContent}
    </a>
    <header className={classes['header']}>
      <div className={classes['bar']}>
        <Link to="/admin/system/credentials" className={classes['brand']} aria-label={strings.product}>
          <Logo />
          <span className={classes['word']}>{strings.product}</span>
        </Link>
        <nav className={classes['nav']} aria-label={strings.appNav}>
          <Link to="/admin/system/credentials" className={classes['link']}>
            {strings.credentials.title}
          </Link>
        </nav>
        <Group gap="xs" wrap="nowrap">
          <ColorSchemeToggle />
          <AccountMenu session={session} />
        </Group>
      </div>
    </header>
    <main id="content" className={classes['main']} tabIndex={-1}>
      {children}
    </main>
  </>
);
