import { Menu, UnstyledButton } from '@mantine/core';
import { IconMenu2 } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { strings } from '../../strings.ts';
import { useIsReader, useMayAudit } from '../api/use-roles.ts';
import classes from './main-nav.module.css';

const AUDIT = '/admin/system/audit';
const PAGES = [
  { to: '/', title: strings.overview.title },
  { to: '/admin/system/credentials', title: strings.credentials.title },
  { to: '/admin/system/consumers', title: strings.registeredConsumers.title },
  { to: AUDIT, title: strings.auditLog.title },
  { to: '/admin/system/key-ring', title: strings.keyRing.title },
] as const;
const OWN = [{ to: '/account/api-keys', title: strings.ownKeys.title }] as const;

/** The pages that this person has, side by side; on a narrow screen behind a button that names the present one. */
export const MainNav = () => {
  const { pathname } = useLocation();
  const isReader = useIsReader();
  const mayAudit = useMayAudit();
  const pages = isReader ? PAGES.filter(({ to }) => mayAudit || to !== AUDIT) : OWN;
  const here = [...pages, ...OWN].find(({ to }) => pathname === to || (to !== '/' && pathname.startsWith(`${to}/`)));
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
