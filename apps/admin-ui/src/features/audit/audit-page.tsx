import { Button, Tabs } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconListDetails, IconSearchOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { PageHead } from '../../shared/layout/page-head.tsx';
import { ConnectionBanner } from '../../shared/live/connection-banner.tsx';
import { Behind } from '../../shared/state/behind.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { strings } from '../../strings.ts';
import { auditLog as auditLogWords } from '../../strings-audit.ts';
import { AuditBanner } from '../timeline/audit-banner.tsx';
import { AccessTable } from './access-table.tsx';
import { AuditFilters } from './audit-filters.tsx';
import { auditLogQueries } from './audit-log-queries.ts';
import type { AuditSearch } from './audit-log-queries.ts';
import classes from './audit-log.module.css';
import { EntryTable } from './entry-table.tsx';

const text = auditLogWords;
const route = getRouteApi('/admin/system/audit');

type Log = {
  readonly isPending: boolean;
  readonly isPlaceholderData: boolean;
  readonly error: unknown;
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly data: { readonly pages: ReadonlyArray<{ readonly projectedTo: number; readonly items: readonly unknown[] }> } | undefined;
  refetch(): unknown;
  fetchNextPage(): unknown;
};

/** What both logs have: their states, how far audit is, and the way to older entries. */
const LogFrame = ({ log, isFiltered, children }: { readonly log: Log; readonly isFiltered: boolean; readonly children: ReactNode }) => {
  if (log.isPending) return <LoadingLines sentence={text.loading} />;
  if (log.data === undefined) return <ProblemPanel error={log.error} onRetry={() => void log.refetch()} />;
  if (log.data.pages.every(({ items }) => items.length === 0)) {
    const { title, detail } = isFiltered ? text.noMatch : text.empty;
    return <StatePanel role="status" icon={isFiltered ? <IconSearchOff /> : <IconListDetails />} title={title} detail={detail} />;
  }
  return (
    <Behind isBehind={log.isPlaceholderData}>
      {children}
      <div className={classes['foot']}>
        <span className="kt-dim kt-number">{text.projected(log.data.pages[0]?.projectedTo ?? 0)}</span>
        {log.hasNextPage && (
          <Button variant="subtle" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {text.older}
          </Button>
        )}
      </div>
    </Behind>
  );
};

type LogProps = { readonly search: AuditSearch };

const Entries = ({ search }: LogProps) => {
  const log = useInfiniteQuery(auditLogQueries.entries(search));
  return (
    <LogFrame log={log} isFiltered={Object.keys(search).length > 0}>
      <EntryTable rows={log.data?.pages.flatMap(({ items }) => items) ?? []} />
    </LogFrame>
  );
};

const Access = ({ search }: LogProps) => {
  const log = useInfiniteQuery(auditLogQueries.access(search));
  return (
    <LogFrame log={log} isFiltered={Object.keys(search).length > 0}>
      <AccessTable withCredential rows={log.data?.pages.flatMap(({ items }) => items) ?? []} />
    </LogFrame>
  );
};

/** `/admin/system/audit`: for admins and auditors. */
export const AuditPage = () => {
  useDocumentTitle(`${text.title} · ${strings.product}`);
  const { tab = 'entries', ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const tabOnly = tab === 'entries' ? {} : { tab };
  return (
    <>
      <ConnectionBanner />
      <AuditBanner />
      <PageHead title={text.title} lead={text.lead} />
      <section className={`kt-card ${classes['card']}`}>
        <AuditFilters search={search} onSearch={(next) => void navigate({ search: { ...tabOnly, ...next }, replace: true })} />
        <Tabs
          value={tab}
          keepMounted={false}
          onChange={(next) => void navigate({ search: { ...search, ...(next === 'access' ? { tab: next } : {}) }, replace: true })}
        >
          <Tabs.List>
            <Tabs.Tab value="entries" py="sm">
              {text.tabs.entries}
            </Tabs.Tab>
            <Tabs.Tab value="access" py="sm">
              {text.tabs.access}
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="entries">
            <Entries search={search} />
          </Tabs.Panel>
          <Tabs.Panel value="access">
            <Access search={search} />
          </Tabs.Panel>
        </Tabs>
      </section>
    </>
  );
};
