import type { CredentialView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { accessLog as accessLogWords } from '../../strings-audit.ts';
import { AccessTable } from './access-table.tsx';
import { auditLogQueries } from './audit-log-queries.ts';
import classes from './audit-log.module.css';
import { RevealPolicy } from '../policy/reveal-policy.tsx';

const text = accessLogWords;

const Entries = ({ credentialId }: { readonly credentialId: string }) => {
  const log = useInfiniteQuery(auditLogQueries.ofCredential(credentialId));
  if (log.isPending) return <LoadingLines sentence={text.loading} />;
  if (log.data === undefined) return <ProblemPanel error={log.error} onRetry={() => void log.refetch()} />;
  const rows = log.data.pages.flatMap(({ items }) => items);
  if (rows.length === 0) return <StatePanel icon={<IconEyeOff />} title={text.empty.title} detail={text.empty.detail} />;
  return (
    <>
      <AccessTable rows={rows} />
      {log.hasNextPage && (
        <div className={classes['foot']}>
          <Button variant="subtle" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {text.older}
          </Button>
        </div>
      )}
    </>
  );
};

/** Who had the secret of one credential, and whether people may have it shown at all. */
export const AccessTab = ({ credential }: { readonly credential: CredentialView }) => (
  <>
    <div className={classes['policy']}>
      <RevealPolicy credential={credential} />
    </div>
    <Entries credentialId={credential.credentialId} />
  </>
);
