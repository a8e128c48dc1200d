import type { KeyRingView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useIsAdmin } from '../../shared/api/use-roles.ts';
import { PageHead } from '../../shared/layout/page-head.tsx';
import { ConnectionBanner } from '../../shared/live/connection-banner.tsx';
import { LiveMark } from '../../shared/live/live-mark.tsx';
import { useLiveUpdates } from '../../shared/live/use-live-updates.ts';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { strings } from '../../strings.ts';
import { keyRing as keyRingWords } from '../../strings-key-ring.ts';
import { AuditBanner } from '../timeline/audit-banner.tsx';
import { IdentityPanel } from './identity-panel.tsx';
import { KeyRingDialog } from './key-ring-actions.tsx';
import type { KeyRingAction } from './key-ring-actions.tsx';
import { keyRingQueries } from './key-ring-queries.ts';
import classes from './key-ring.module.css';
import { KeyTable } from './key-table.tsx';
import { ReplicaList } from './replica-list.tsx';
import { RewrapPanel } from './rewrap-panel.tsx';

const text = keyRingWords;

type RingProps = { readonly ring: KeyRingView; readonly onAction: ((action: KeyRingAction) => void) | null };

const Ring = ({ ring, onAction }: RingProps) => (
  <div className={classes['stack']}>
    <section className={`kt-card ${classes['table']}`} aria-label={text.table}>
      <KeyTable keys={ring.keys} onAction={onAction} />
    </section>
    <div className={classes['pair']}>
      <RewrapPanel run={ring.rewrap} onStart={onAction === null ? null : () => onAction({ kind: 'rewrap' })} />
      <IdentityPanel />
    </div>
    <ReplicaList replicas={ring.replicas} />
  </div>
);

/** `/admin/system/key-ring`. Only admins change it; the vault decides that again. */
export const KeyRingPage = () => {
  useDocumentTitle(`${text.title} · ${strings.product}`);
  const live = useLiveUpdates();
  const { data, error, isPending, refetch } = useQuery(keyRingQueries.view());
  const isAdmin = useIsAdmin();
  const [action, setAction] = useState<KeyRingAction | null>(null);
  return (
    <>
      <ConnectionBanner state={live.state} />
      <AuditBanner />
      <PageHead title={text.title} lead={text.lead}>
        <LiveMark state={live.state} />
        {isAdmin && (
          <Button leftSection={<IconPlus size={17} />} onClick={() => setAction({ kind: 'add' })} data-command>
            {text.add.open}
          </Button>
        )}
      </PageHead>
      {isPending && (
        <section className="kt-card">
          <LoadingLines sentence={text.loading} lines={5} />
        </section>
      )}
      {data !== undefined && <Ring ring={data} onAction={isAdmin ? setAction : null} />}
      {data === undefined && !isPending && <ProblemPanel error={error} onRetry={() => void refetch()} />}
      <KeyRingDialog action={action} onClose={() => setAction(null)} />
    </>
  );
};
