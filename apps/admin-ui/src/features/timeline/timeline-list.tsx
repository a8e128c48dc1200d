import type { AuditEntry } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment } from 'react';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { formatClock, formatDay, formatExact } from '../../shared/time/format-time.ts';
import { strings } from '../../strings.ts';
import { nextReadIn } from './join-timelines.ts';
import classes from './timeline-list.module.css';
import { readOlder, timelineQueries } from './timeline-queries.ts';

const text = strings.timeline;
const TONES: Record<AuditEntry['verdict'], Tone> = { done: 'good', refused: 'warn', failed: 'bad' };

const Entry = ({ entry }: { readonly entry: AuditEntry }) => {
  const about = [entry.who, entry.from === null ? null : text.from(entry.from), entry.epoch === null ? null : text.epoch(entry.epoch)];
  return (
    <li className={classes['entry']} data-tone={TONES[entry.verdict]}>
      <time className={`${classes['time']} kt-number`} dateTime={entry.at} title={formatExact(entry.at)}>
        {formatClock(entry.at)}
      </time>
      <span className={classes['dot']} aria-hidden />
      <span className={classes['summary']}>
        {entry.summary}
        <span className={classes['meta']}>
          {about.filter((part) => part !== null).join(' · ')}
          <span className={classes['exact']}>{` · ${entry.type} · ${text.position(entry.position)}`}</span>
        </span>
      </span>
      <span className={classes['verdict']}>
        {entry.verdict === 'done' ? (
          <span className="kt-hidden">{text.verdicts.done}</span>
        ) : (
          <StatusBadge tone={TONES[entry.verdict]}>{text.verdicts[entry.verdict]}</StatusBadge>
        )}
      </span>
    </li>
  );
};

type Props = { readonly credentialId: string; readonly heardOf: number };

/** The audit log of one credential, the newest first: when, what, who, and how it ended. */
export const TimelineList = ({ credentialId, heardOf }: Props) => {
  const client = useQueryClient();
  const older = useMutation({ mutationFn: () => readOlder(client, credentialId) });
  const { data, error, isPending, refetch } = useQuery({
    ...timelineQueries.of(credentialId),
    refetchInterval: ({ state }) => readAgainIn(state, nextReadIn(state.data, heardOf)),
  });
  if (isPending) return <LoadingLines sentence={text.loading} />;
  if (data === undefined) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0) return <StatePanel icon={<IconListDetails />} title={text.empty.title} detail={text.empty.detail} />;
  const unread = data.total - data.items.length;
  return (
    <>
      {data.projectedTo < heardOf && (
        <p className={classes['behind']} role="status">
          {text.behind}
        </p>
      )}
      <ol className={classes['list']} aria-label={strings.detail.tabs.timeline}>
        {data.items.map((entry, index) => {
          const day = formatDay(entry.at);
          const before = data.items[index - 1];
          return (
            <Fragment key={entry.position}>
              {(before === undefined || formatDay(before.at) !== day) && <li className={classes['day']}>{day}</li>}
              <Entry entry={entry} />
            </Fragment>
          );
        })}
      </ol>
      {older.error !== null && <ProblemPanel error={older.error} onRetry={() => older.mutate()} />}
      {unread > 0 && older.error === null && (
        <div className={classes['foot']}>
          <Button variant="subtle" loading={older.isPending} onClick={() => older.mutate()}>
            {text.older(unread)}
          </Button>
        </div>
      )}
    </>
  );
};
