import { Button } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { PageHead } from '../../shared/layout/page-head.tsx';
import { ConnectionBanner } from '../../shared/live/connection-banner.tsx';
import { LiveMark } from '../../shared/live/live-mark.tsx';
import { useLiveUpdates } from '../../shared/live/use-live-updates.ts';
import { useKeptFocus } from '../../shared/state/focus.ts';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import { useLastKnown } from '../../shared/state/use-last-known.ts';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import { nameOf } from '../rotation/stepper-state.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { BoardColumns } from './board-columns.tsx';
import { BulkActions } from './bulk-actions.tsx';
import classes from './bulk.module.css';
import { bulkQueries, withMore } from './bulk-queries.ts';
import type { Board, Wanted } from './bulk-queries.ts';
import { progressInWords, selectionInWords, throughOf, toneOf } from './bulk-words.ts';
import { ProgressBar } from './progress-bar.tsx';

const text = bulkWords;
const route = getRouteApi('/admin/system/rotations/bulk/$bulkId');

const Head = ({ run }: Pick<Board, 'run'>) => {
  const mayWrite = useMayWrite();
  const heading = useRef<HTMLHeadingElement>(null);
  const kept = useKeptFocus(heading);
  const { bulkId, status, note, reason, requestedBy, requestedAt, maxInFlight, stopAfterFailures } = run;
  const lead = (
    <>
      <p className="kt-dim">
        {strings.rotation.reasons[reason] ?? reason}, {text.by(nameOf(requestedBy))}, <RelativeTime at={requestedAt} /> ·{' '}
        {text.limits(maxInFlight, stopAfterFailures)}
      </p>
      {note !== null && <p>{note}</p>}
    </>
  );
  return (
    <PageHead title={selectionInWords(run)} lead={lead} heading={heading} {...kept}>
      <StatusBadge tone={toneOf(run)} live={status === 'running'}>
        {text.status[status]}
      </StatusBadge>
      {mayWrite && <BulkActions bulkId={bulkId} status={status} />}
    </PageHead>
  );
};

const Summary = ({ run }: Pick<Board, 'run'>) => (
  <section className={`kt-card ${classes['summary']}`} aria-label={text.columns.progress}>
    <ProgressBar counts={run.counts} />
    <p>{progressInWords(run)}</p>
    <span className="kt-hidden" role="status">
      {text.announce(throughOf(run.counts), run.counts.total, run.counts.failed)}
    </span>
  </section>
);

/** `/admin/system/rotations/bulk/$bulkId`: how each credential of it stands, live. */
export const BulkBoardPage = () => {
  const { bulkId } = route.useParams();
  const live = useLiveUpdates();
  const [wanted, setWanted] = useState<Wanted>({});
  const { data, error, isPending, refetch } = useQuery(bulkQueries.board(bulkId, wanted));
  const last = useLastKnown(data); // until more of it is read, or where that fails
  const board = last?.run.bulkId === bulkId ? last : undefined;
  useDocumentTitle(`${board === undefined ? text.title : selectionInWords(board.run)} · ${strings.product}`);
  return (
    <>
      <ConnectionBanner state={live.state} />
      <div className={classes['crumbs']}>
        <Link to="/admin/system/rotations/bulk" className={classes['crumb']}>
          ← {text.back}
        </Link>
        <LiveMark state={live.state} />
      </div>
      {board !== undefined && (
        <>
          <Head run={board.run} />
          <Summary run={board.run} />
          <BoardColumns board={board} onMore={(standing) => setWanted((known) => withMore(known, standing))} />
        </>
      )}
      {isPending && board === undefined && <LoadingLines sentence={text.loadingOne} lines={7} />}
      {!isPending && data === undefined && (
        <ProblemPanel
          isPage={board === undefined}
          error={error}
          onRetry={() => void refetch()}
          actions={
            <Button variant="default" renderRoot={(props) => <Link to="/admin/system/rotations/bulk" {...props} />}>
              {text.back}
            </Button>
          }
        />
      )}
    </>
  );
};
