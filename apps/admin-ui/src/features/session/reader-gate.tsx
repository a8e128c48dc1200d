import { IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sessionQueries } from '../../shared/api/session-queries.ts';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { strings } from '../../strings.ts';

const READERS = ['admin', 'operator', 'auditor'];

/** Spares people without a fitting role a page of refusals. Only a courtesy: the gateway and the vault decide. */
export const ReaderGate = ({ children }: { readonly children: ReactNode }) => {
  const { data } = useQuery(sessionQueries.current());
  const roles = data?.roles ?? [];
  if (roles.some((role) => READERS.includes(role))) return children;
  const { title, detail } = strings.forbidden;
  return (
    <section className="kt-card">
      <StatePanel isPage role="alert" icon={<IconLock />} title={title} detail={detail(strings.session.roles(roles))} />
    </section>
  );
};
