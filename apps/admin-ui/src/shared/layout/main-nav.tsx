import { Menu, UnstyledButton } from '@mantine/core';
import { IconMenu2 } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { strings } from '../../strings.ts';
import classes from './main-nav.module.css';
import { usePages } from './use-pages.ts';

/** The pages that this person has, side by side; on a narrow screen behind a button that names the present one. */
export const MainNav = () => {
  const { pathname } = useLocation();
  const all = usePages();
  // One's own keys are in the account's menu, unless they are all that there is.
  const pages = all.length > 1 ? all.slice(0, -1) : all;
  const here = all.find(({ to }) => pathname === to || (to !== '/' && pathname.startsWith(`${to}/`)));
  return (
    <nav className={classes['nav']} aria-label={strings.appNav}>
      <div className={classes['wide']}>
        {pages.map(({ to, title }) => (
          <Link key={to} to={to} className={classes['link']} activeOptions={{ exact: to === '/' }}>
            {title}
          </Link>
        ))}
      </div>
      <Menu position="bottom-start" width={220} withinPortal>
        <Menu.Target>
          <UnstyledButton className={classes['narrow'] ?? ''} aria-label={strings.navMenu(here?.title)}>
            <IconMenu2 size={19} aria-hidden />
            <span>{here?.title ?? strings.navTitle}</span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {pages.map(({ to, title }) => (
            <Menu.Item key={to} renderRoot={(props) => <Link to={to} {...props} />}>
              {title}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
};
