import type { CredentialView, ScheduleView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconCalendarRepeat } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { Notice } from '../../shared/state/notice.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { now } from '../../shared/time/clock.ts';
import { formatDay, formatMinute } from '../../shared/time/format-time.ts';
import { useWasEver } from '../../shared/state/use-was-ever.ts';
import { schedule as scheduleWords } from '../../strings-schedule.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import classes from './schedule.module.css';
import { scheduleQueries } from './schedule-queries.ts';
import { scheduleInWords } from './schedule-words.ts';

const text = scheduleWords;

/** It comes when it is asked for. */
const ScheduleDialog = lazy(async () => ({ default: (await import('./schedule-dialog.tsx')).ScheduleDialog }));

const Next = ({ view: { startsAt } }: { readonly view: ScheduleView }) => {
  if (startsAt === null) return <>{text.nextUnknown}</>;
  if (Date.parse(startsAt) <= now()) return <>{text.nextNow}</>;
  return (
    <>
      {text.next} <time dateTime={startsAt}>{formatMinute(startsAt)}</time>.
    </>
  );
};

/** Why it isn't as it should be. */
const Trouble = ({ view: { refused, overdueSince, failures } }: { readonly view: ScheduleView }) => (
  <>
    {refused !== null && (
      <Notice tone="warn" icon={<IconAlertTriangle size={18} />} title={text.refused}>
        {refused.sentence} {text.refusedHint}
      </Notice>
    )}
    {overdueSince !== null && (
      <Notice tone="warn" icon={<IconAlertTriangle size={18} />} title={text.overdue}>
        {text.overdueSince(formatDay(overdueSince))}
      </Notice>
    )}
    {failures > 0 && <p>{text.failures(failures)}</p>}
  </>
);

const Told = ({ view: { expiresAt, remindDaysBefore } }: { readonly view: ScheduleView }) =>
  expiresAt === null ? null : (
    <p className="kt-dim">{remindDaysBefore.length === 0 ? text.remindNever : text.remind(text.days(remindDaysBefore))}</p>
  );

const Shown = ({ view }: { readonly view: ScheduleView }) => (
  <>
    <p>
      <strong>{scheduleInWords(view.schedule)}</strong>{' '}
      {view.schedule !== null && (
        <span role="status">
          <Next view={view} />
        </span>
      )}
    </p>
    <Trouble view={view} />
    <Told view={view} />
  </>
);

/** When a credential is rotated without anybody's click; who may write changes it. */
export const ScheduleCard = ({ credential }: { readonly credential: CredentialView }) => {
  const { data: view, error, isPending, refetch } = useQuery(scheduleQueries.of(credential.credentialId));
  const [opened, dialog] = useDisclosure(false);
  const wasOpened = useWasEver(opened);
  const isOpen = credential.status === 'active' || credential.status === 'disabled';
  const mayChange = useMayWrite() && isOpen && credential.address.startsWith('system.');
  return (
    <section className={classes['card']} aria-label={text.title}>
      <div className={classes['head']}>
        <h3 className={classes['title']}>{text.title}</h3>
        {mayChange && view !== undefined && (
          <Button variant="default" size="xs" leftSection={<IconCalendarRepeat size={15} />} onClick={dialog.open} data-command>
            {text.open}
          </Button>
        )}
      </div>
      {isPending && <LoadingLines sentence={text.loading} lines={2} />}
      {!isPending && view === undefined && <ProblemPanel error={error} onRetry={() => void refetch()} />}
      {view !== undefined && <Shown view={view} />}
      {wasOpened && view !== undefined && (
        <Suspense fallback={null}>
          <ScheduleDialog credential={credential} view={view} opened={opened} onClose={dialog.close} />
        </Suspense>
      )}
    </section>
  );
};
