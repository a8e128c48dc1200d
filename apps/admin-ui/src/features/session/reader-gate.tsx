import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { sessionQueries } from '../../shared/api/session-queries.ts';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { strings } from '../../strings.ts';
import { useIsReader } from '../../shared/api/use-roles.ts';

/** Pages for everybody who is signed in. */
const isForAll = (path: string): boolean => path === '/' || path.startsWith('/account/');

/** Spares people without a fitting role a page of refusals, and shows them the way to their own keys. */
export const ReaderGate = ({ children }: { readonly children: ReactNode }) => {
  const { data } = useQuery(sessionQueries.current());
  const { pathname } = useLocation();
  const isReader = useIsReader();
  if (isReader || isForAll(pathname)) return children;
  const { title, detail } = strings.forbidden;
  return (
    <section className="kt-card">
      <StatePanel
        isPage
        role="alert"
        icon={<IconLock />}
        title={title}
        detail={detail(strings.session.roles(data?.roles ?? []))}
        actions={
          <Button variant="default" renderRoot={(props) => <Link to="/account/api-keys" {...props} />}>
            {strings.pages.ownKeys}
          </Button>
        }
      />
    </section>
  );
};
