import type { BulkRotationSummary } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDisclosure, useDocumentTitle } from '@mantine/hooks';
import { IconRotateClockwise, IconStack2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { PageHead } from '../../shared/layout/page-head.tsx';
import { ConnectionBanner } from '../../shared/live/connection-banner.tsx';
import { LiveMark } from '../../shared/live/live-mark.tsx';
import { useLiveUpdates } from '../../shared/live/use-live-updates.ts';
import { DataTable, Sub } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import { nameOf } from '../rotation/stepper-state.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { BulkStartDialog } from './bulk-start-dialog.tsx';
import classes from './bulk.module.css';
import { bulkQueries } from './bulk-queries.ts';
import { progressInWords, selectionInWords, toneOf } from './bulk-words.ts';
import { ProgressBar } from './progress-bar.tsx';

const text = bulkWords;

const COLUMNS: ReadonlyArray<Column<BulkRotationSummary>> = [
  {
    label: text.columns.what,
    cell: (run) => (
      <>
        <Link to="/admin/system/rotations/bulk/$bulkId" params={{ bulkId: run.bulkId }} className="kt-link">
          {selectionInWords(run)}
        </Link>
        {run.note !== null && <Sub>{run.note}</Sub>}
      </>
    ),
  },
  {
    label: text.columns.status,
    cell: (run) => (
      <StatusBadge tone={toneOf(run)} live={run.status === 'running'}>
        {text.status[run.status]}
      </StatusBadge>
    ),
  },
  {
    label: text.columns.progress,
    cell: (run) => (
      <>
        <ProgressBar counts={run.counts} />
        <Sub>{progressInWords(run)}</Sub>
      </>
    ),
  },
  {
    label: text.columns.requested,
    cell: ({ requestedAt, requestedBy }) => (
      <>
        <RelativeTime at={requestedAt} />
        <Sub>{text.by(nameOf(requestedBy))}</Sub>
      </>
    ),
  },
];

const Runs = () => {
  const { data, error, isPending, refetch } = useQuery(bulkQueries.list());
  if (isPending) return <LoadingLines sentence={text.loading} />;
  if (data === undefined) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0) return <StatePanel icon={<IconStack2 />} tone="busy" title={text.empty.title} detail={text.empty.detail} />;
  return <DataTable label={text.table} columns={COLUMNS} rows={data.items} rowKey={({ bulkId }) => bulkId} />;
};

/** `/admin/system/rotations/bulk`. */
export const BulkPage = () => {
  useDocumentTitle(`${text.title} · ${strings.product}`);
  const live = useLiveUpdates();
  const mayWrite = useMayWrite();
  const navigate = useNavigate();
  const [starting, dialog] = useDisclosure(false);
  return (
    <>
      <ConnectionBanner state={live.state} />
      <PageHead title={text.title} lead={text.lead}>
        <LiveMark state={live.state} />
        {mayWrite && (
          <Button leftSection={<IconRotateClockwise size={17} />} onClick={dialog.open} data-command>
            {text.start.open}
          </Button>
        )}
      </PageHead>
      <section className={`kt-card ${classes['card']}`}>
        <Runs />
      </section>
      <BulkStartDialog
        opened={starting}
        chosen={null}
        onClose={dialog.close}
        onStarted={(bulkId) => void navigate({ to: '/admin/system/rotations/bulk/$bulkId', params: { bulkId } })}
      />
    </>
  );
};
