import { Button, Kbd, TextInput } from '@mantine/core';
import { useDebouncedCallback, useDisclosure, useDocumentTitle } from '@mantine/hooks';
import { IconKey, IconPlus, IconSearch, IconSearchOff } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { ConnectionBanner } from '../../shared/live/connection-banner.tsx';
import { LiveMark } from '../../shared/live/live-mark.tsx';
import { useLiveUpdates } from '../../shared/live/use-live-updates.ts';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { strings } from '../../strings.ts';
import { RegisterDialog } from '../credential-form/register-dialog.tsx';
import { useMayWrite } from '../session/use-may-write.ts';
import { RestoreBanner } from '../restore/restore-banner.tsx';
import { AuditBanner } from '../timeline/audit-banner.tsx';
import { credentialQueries } from './credential-queries.ts';
import { CredentialTable } from './credential-table.tsx';
import classes from './credentials-page.module.css';
import { EnvironmentNotice } from './environment-notice.tsx';
import { moveBetweenRows, useSearchKey } from './use-row-navigation.ts';

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
  </div>
);

type ListProps = { readonly search: string; readonly onClear: () => void; readonly onRegister: (() => void) | null };

const List = ({ search, onClear, onRegister }: ListProps) => {
  const list = useInfiniteQuery(credentialQueries.list(search));
  if (list.isPending) return <LoadingLines sentence={text.loading} lines={6} height={28} />;
  if (list.data === undefined) return <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />;
  const credentials = list.data.pages.flatMap(({ items }) => items);
  if (credentials.length === 0 && search !== '') {
    const clear = (
      <Button variant="default" onClick={onClear}>
        {text.noMatch.clear}
      </Button>
    );
    return (
      <StatePanel role="status" icon={<IconSearchOff />} title={text.noMatch.title} detail={text.noMatch.detail(search)} actions={clear} />
    );
  }
  if (credentials.length === 0) {
    const register = onRegister === null ? undefined : <Button onClick={onRegister}>{strings.forms.register.title}</Button>;
    return <StatePanel icon={<IconKey />} tone="busy" title={text.empty.title} detail={text.empty.detail} actions={register} />;
  }
  return (
    <div className={list.isPlaceholderData ? classes['stale'] : undefined}>
      <CredentialTable credentials={credentials} />
      {list.hasNextPage && (
        <div className={classes['more']}>
          <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {text.more}
          </Button>
        </div>
      )}
    </div>
  );
};

const Count = ({ search }: { readonly search: string }) => {
  const { data } = useInfiniteQuery(credentialQueries.list(search));
  const first = data?.pages[0];
  return (
    <span className="kt-dim kt-number" role="status">
      {first === undefined ? '' : text.count(first.total, first.totalIsAtLeast)}
    </span>
  );
};

/** `/admin/system/credentials`. */
export const CredentialsPage = () => {
  useDocumentTitle(`${text.title} · ${strings.product}`);
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useState(q);
  const [registering, dialog] = useDisclosure(false);
  const search = useRef<HTMLInputElement>(null);
  const live = useLiveUpdates();
  const mayWrite = useMayWrite();
  useSearchKey(search);

  const toUrl = useDebouncedCallback(
    (next: string) => void navigate({ search: next === '' ? {} : { q: next }, replace: true }),
    DEBOUNCE_MS,
  );
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
        <Count search={q} />
        <div className={classes['actions']}>
          <LiveMark state={live.state} />
          {mayWrite && (
            <Button leftSection={<IconPlus size={17} />} onClick={dialog.open}>
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
          <KeyHints />
        </div>
        <List search={q} onClear={() => type('')} onRegister={mayWrite ? dialog.open : null} />
      </section>
      <RegisterDialog opened={registering} onClose={dialog.close} />
    </div>
  );
};
