import { Button, Kbd, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure, useDocumentTitle } from '@mantine/hooks';
import { IconKey, IconPlus, IconSearch, IconSearchOff } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useRef, useState } from 'react';
import { ConnectionBanner } from '../../shared/live/connection-banner.tsx';
import { LiveMark } from '../../shared/live/live-mark.tsx';
import { useLiveUpdates } from '../../shared/live/use-live-updates.ts';
import { Behind } from '../../shared/state/behind.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { thisHour } from '../../shared/time/clock.ts';
import { strings } from '../../strings.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { RestoreBanner } from '../restore/restore-banner.tsx';
import { AuditBanner } from '../timeline/audit-banner.tsx';
import { ActiveFilters } from './active-filters.tsx';
import { ColumnChoice } from './column-choice.tsx';
import { useColumns } from './columns.ts';
import type { Column } from './columns.ts';
import { credentialQueries } from './credential-queries.ts';
import { CredentialTable } from './credential-table.tsx';
import classes from './credentials-page.module.css';
import { EnvironmentNotice } from './environment-notice.tsx';
import { ListActions } from './list-actions.tsx';
import { ListFilters } from './list-filters.tsx';
import { isFiltered, listQuery } from './list-search.ts';
import type { ListSearch } from './list-search.ts';
import { SelectionBar } from './selection-bar.tsx';
import { useSelection } from './selection.ts';
import type { Selecting } from './selection.ts';
import { moveBetweenRows, SELECT_KEY, useSearchKey } from './use-row-navigation.ts';

/** It comes when somebody registers. */
const RegisterDialog = lazy(async () => ({ default: (await import('../credential-form/register-dialog.tsx')).RegisterDialog }));

/** It comes once something is selected. */
const ManyActions = lazy(async () => ({ default: (await import('../bulk/many-actions.tsx')).ManyActions }));

const text = strings.credentials;
const route = getRouteApi('/admin/system/credentials');
const DEBOUNCE_MS = 200;

const KeyHints = () => (
  <div className={classes['keys']} aria-hidden>
    <span>
      <Kbd size="xs">/</Kbd> {text.keys.search}
    </span>
    <span>
      <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> {text.keys.move}
    </span>
    <span>
      <Kbd size="xs">↵</Kbd> {text.keys.open}
    </span>
    <span>
      <Kbd size="xs">{SELECT_KEY}</Kbd> {text.keys.select}
    </span>
  </div>
);

type Query = Readonly<Record<string, string>>;

type ListProps = {
  readonly search: ListSearch;
  readonly query: Query;
  readonly onSearch: (search: ListSearch) => void;
  readonly onClear: () => void;
  readonly onRegister: (() => void) | null;
  readonly columns: readonly Column[];
  readonly selecting: Selecting | null;
};

const useFirstPage = (query: Query) => useQuery({ ...credentialQueries.page(query, ''), placeholderData: keepPreviousData });

const keyOf = (query: Query): string => JSON.stringify(query);

const Nothing = ({ search, onClear, onRegister }: Pick<ListProps, 'search' | 'onClear' | 'onRegister'>) => {
  if (isFiltered(search)) {
    const clear = (
      <Button variant="default" onClick={onClear}>
        {text.noMatch.clear}
      </Button>
    );
    const detail = search.q === undefined ? text.noMatch.filters : text.noMatch.detail(search.q);
    return <StatePanel role="status" icon={<IconSearchOff />} title={text.noMatch.title} detail={detail} actions={clear} />;
  }
  const register = onRegister === null ? undefined : <Button onClick={onRegister}>{strings.forms.register.title}</Button>;
  return <StatePanel icon={<IconKey />} tone="busy" title={text.empty.title} detail={text.empty.detail} actions={register} />;
};

const List = (props: ListProps) => {
  const { search, query, onSearch, columns, selecting } = props;
  const first = useFirstPage(query);
  const [shown, setShown] = useState({ search, query });
  // What was shown stays until the first page of what is asked for is there.
  const isBehind = first.isPlaceholderData;
  if (!isBehind && keyOf(shown.query) !== keyOf(query)) setShown({ search, query });
  if (first.isPending) return <LoadingLines sentence={text.loading} lines={6} height={28} />;
  if (first.data === undefined) return <ProblemPanel error={first.error} onRetry={() => void first.refetch()} />;
  if (first.data.items.length === 0) return <Nothing {...props} />;
  return (
    <Behind isBehind={isBehind}>
      <CredentialTable key={keyOf(shown.query)} {...shown} onSearch={onSearch} columns={columns} selecting={selecting} />
    </Behind>
  );
};

const Count = ({ query }: { readonly query: Query }) => {
  const { data } = useFirstPage(query);
  return (
    <span className="kt-dim kt-number" role="status">
      {data === undefined ? '' : text.count(data.total, data.totalIsAtLeast)}
    </span>
  );
};

/** `/admin/system/credentials`. */
export const CredentialsPage = () => {
  useDocumentTitle(`${text.title} · ${strings.product}`);
  const asked = route.useSearch();
  const { q = '' } = asked;
  const [hour] = useState(thisHour);
  const query = listQuery(asked, hour);
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(q);
  const [registering, dialog] = useDisclosure(false);
  const [wasAsked, setAsked] = useState(false);
  if (registering && !wasAsked) setAsked(true);
  const search = useRef<HTMLInputElement>(null);
  const live = useLiveUpdates();
  const mayWrite = useMayWrite();
  const columns = useColumns();
  const selecting = useSelection();
  useSearchKey(search);

  const go = (next: ListSearch): void => void navigate({ search: next, replace: true, resetScroll: false });
  const toUrl = useDebouncedCallback((next: string) => {
    const { q: _before, ...rest } = asked;
    go(next === '' ? rest : { ...rest, q: next });
  }, DEBOUNCE_MS);
  const clear = (): void => {
    setTyped('');
    go({});
  };
  const type = (next: string): void => {
    setTyped(next);
    toUrl(next.trim());
  };
  return (
    // Arrow keys that bubble up from the rows; every row is a link, so nothing here is needed to use the page.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div onKeyDown={(event) => moveBetweenRows(event, search)}>
      <ConnectionBanner state={live.state} />
      <AuditBanner />
      <RestoreBanner />
      <div className={classes['head']}>
        <h1 className={classes['title']}>{text.title}</h1>
        <Count query={query} />
        <KeyHints />
        <div className={classes['actions']}>
          <LiveMark state={live.state} />
          <ListActions />
          {mayWrite && (
            <Button leftSection={<IconPlus size={17} />} onClick={dialog.open} data-command>
              {strings.forms.register.open}
            </Button>
          )}
        </div>
      </div>
      <EnvironmentNotice />
      <section className={`kt-card ${classes['card']}`}>
        <div className={classes['tools']}>
          <TextInput
            ref={search}
            className={classes['search'] ?? ''}
            type="search"
            aria-label={text.search}
            placeholder={text.searchPlaceholder}
            leftSection={<IconSearch size={17} />}
            value={typed}
            onChange={(event) => type(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
          />
          <ListFilters search={asked} onSearch={go} />
          <ColumnChoice chosen={columns} />
        </div>
        <ActiveFilters search={asked} onSearch={go} rest={search} />
        <SelectionBar selecting={selecting} rest={search}>
          <Suspense fallback={null}>
            <ManyActions selecting={selecting} />
          </Suspense>
        </SelectionBar>
        <List
          search={asked}
          query={query}
          onSearch={go}
          onClear={clear}
          onRegister={mayWrite ? dialog.open : null}
          columns={columns.columns}
          selecting={mayWrite ? selecting : null}
        />
      </section>
      {wasAsked && (
        <Suspense fallback={null}>
          <RegisterDialog opened={registering} onClose={dialog.close} />
        </Suspense>
      )}
    </div>
  );
};
