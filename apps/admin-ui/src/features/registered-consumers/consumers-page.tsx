import type { RegisteredConsumer } from '@keyturn/contracts/queries';
import { Button } from '@mantine/core';
import { useDisclosure, useDocumentTitle } from '@mantine/hooks';
import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useIsAdmin } from '../../shared/api/use-roles.ts';
import { PageHead } from '../../shared/layout/page-head.tsx';
import { ConnectionBanner } from '../../shared/live/connection-banner.tsx';
import { LiveMark } from '../../shared/live/live-mark.tsx';
import { useLiveUpdates } from '../../shared/live/use-live-updates.ts';
import { DataTable, Sub } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { Dialog } from '../../shared/state/dialog.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { registeredConsumers as registeredConsumersWords } from '../../strings-consumers.ts';
import { ConsumerForm } from './consumer-form.tsx';
import { GrantList } from './grant-list.tsx';
import classes from './registered-consumers.module.css';
import { registeredQueries } from './registered-queries.ts';

const text = registeredConsumersWords;

const COLUMNS: ReadonlyArray<Column<RegisteredConsumer>> = [
  {
    label: text.columns.name,
    cell: ({ consumer, owner }) => (
      <>
        <Link to="/admin/system/consumers/$consumer" params={{ consumer }} className={`kt-link ${classes['name']}`}>
          {consumer}
        </Link>
        <Sub>{owner ?? text.noOwner}</Sub>
      </>
    ),
  },
  { label: text.columns.grants, cell: ({ grants }) => <GrantList grants={grants} /> },
  { label: text.columns.tokens, cell: ({ liveTokens }) => <span className="kt-number">{liveTokens}</span> },
  { label: text.columns.registered, cell: ({ registeredAt }) => <RelativeTime at={registeredAt} /> },
];

const List = ({ consumers, register }: { readonly consumers: readonly RegisteredConsumer[]; readonly register: (() => void) | null }) =>
  consumers.length === 0 ? (
    <StatePanel
      icon={<IconPlugConnected />}
      tone="busy"
      title={text.empty.title}
      detail={text.empty.detail}
      actions={register === null ? undefined : <Button onClick={register}>{text.register.title}</Button>}
    />
  ) : (
    <DataTable label={text.table} columns={COLUMNS} rows={consumers} rowKey={({ consumer }) => consumer} />
  );

/** `/admin/system/consumers`. */
export const ConsumersPage = () => {
  useDocumentTitle(`${text.title} · ${strings.product}`);
  const live = useLiveUpdates();
  const { data, error, isPending, refetch } = useQuery(registeredQueries.list());
  const [registering, dialog] = useDisclosure(false);
  const navigate = useNavigate();
  const isAdmin = useIsAdmin();
  return (
    <>
      <ConnectionBanner state={live.state} />
      <PageHead title={text.title} lead={text.lead}>
        <LiveMark state={live.state} />
        {isAdmin && (
          <Button leftSection={<IconPlus size={17} />} onClick={dialog.open} data-command>
            {text.register.open}
          </Button>
        )}
      </PageHead>
      <section className={`kt-card ${classes['card']}`}>
        {isPending && <LoadingLines sentence={text.loading} />}
        {data !== undefined && <List consumers={data.items} register={isAdmin ? dialog.open : null} />}
        {data === undefined && !isPending && <ProblemPanel error={error} onRetry={() => void refetch()} />}
      </section>
      <Dialog opened={registering} onClose={dialog.close} size="lg" title={text.register.title}>
        {registering && (
          <ConsumerForm
            before={null}
            taken={data?.items.map(({ consumer }) => consumer) ?? []}
            onCancel={dialog.close}
            onDone={(consumer) => {
              dialog.close();
              notifyDone(text.register.done(consumer));
              void navigate({ to: '/admin/system/consumers/$consumer', params: { consumer } });
            }}
          />
        )}
      </Dialog>
    </>
  );
};
