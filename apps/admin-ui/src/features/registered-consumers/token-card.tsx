import type { ApiTokenView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DataTable } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { Dialog } from '../../shared/state/dialog.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { now } from '../../shared/time/clock.ts';
import { formatDay } from '../../shared/time/format-time.ts';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { registeredConsumers as registeredConsumersWords } from '../../strings-consumers.ts';
import { IssueToken } from './issue-token.tsx';
import classes from './registered-consumers.module.css';
import { registeredQueries } from './registered-queries.ts';
import { RevokeToken } from './revoke-token.tsx';
import { shortId } from './short-id.ts';

const text = registeredConsumersWords.tokens;
type State = keyof typeof text.states;
const TONES: Record<State, Tone> = { live: 'good', expired: 'idle', revoked: 'idle' };

const stateOf = ({ revokedAt, expiresAt }: ApiTokenView): State => {
  if (revokedAt !== null) return 'revoked';
  return Date.parse(expiresAt) <= now() ? 'expired' : 'live';
};

const COLUMNS: ReadonlyArray<Column<ApiTokenView>> = [
  { label: text.columns.id, cell: ({ tokenId }) => <span className="kt-mono">{shortId(tokenId)}</span> },
  {
    label: text.columns.state,
    cell: (token) => <StatusBadge tone={TONES[stateOf(token)]}>{text.states[stateOf(token)]}</StatusBadge>,
  },
  {
    label: text.columns.used,
    cell: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="kt-dim">{text.unused}</span> : <RelativeTime at={lastUsedAt} />),
  },
  { label: text.columns.created, cell: ({ createdAt }) => <RelativeTime at={createdAt} /> },
  { label: text.columns.expires, cell: ({ expiresAt }) => formatDay(expiresAt) },
];

const revokeColumn = (onRevoke: (tokenId: string) => void): Column<ApiTokenView> => ({
  label: text.columns.actions,
  cell: (token) =>
    stateOf(token) === 'live' ? (
      <Button
        variant="default"
        size="compact-sm"
        aria-label={text.revokeOf(shortId(token.tokenId))}
        onClick={() => onRevoke(token.tokenId)}
      >
        {text.revoke}
      </Button>
    ) : null,
});

type Props = { readonly consumer: string; readonly mayChange: boolean };

/** The tokens that a consumer has or had, the newest first. */
export const TokenCard = ({ consumer, mayChange }: Props) => {
  const { data, error, isPending, refetch } = useQuery(registeredQueries.tokens(consumer));
  const [doing, setDoing] = useState<'issue' | { readonly revoke: string } | null>(null);
  const close = (): void => setDoing(null);
  const columns =
    mayChange && data?.items.some((token) => stateOf(token) === 'live') === true
      ? [...COLUMNS, revokeColumn((revoke) => setDoing({ revoke }))]
      : COLUMNS;
  return (
    <section className={`kt-card ${classes['card']}`} aria-label={text.title}>
      <div className={`${classes['head']} ${classes['cardHead']}`}>
        <div className={classes['names']}>
          <h2 className={classes['subtitle']}>{text.title}</h2>
          <p className="kt-sub">{text.lead}</p>
        </div>
        {mayChange && (
          <Button variant="default" size="xs" leftSection={<IconPlus size={15} />} onClick={() => setDoing('issue')}>
            {text.issue}
          </Button>
        )}
      </div>
      {isPending && <LoadingLines sentence={text.loading} lines={3} />}
      {data !== undefined && data.items.length === 0 && <p className="kt-dim kt-pad">{text.empty}</p>}
      {data !== undefined && data.items.length > 0 && (
        <DataTable label={text.table} columns={columns} rows={data.items.toReversed()} rowKey={({ tokenId }) => tokenId} />
      )}
      {data === undefined && !isPending && <ProblemPanel error={error} onRetry={() => void refetch()} />}
      <Dialog opened={doing === 'issue'} onClose={close} title={text.issueTitle(consumer)}>
        {doing === 'issue' && <IssueToken consumer={consumer} onClose={close} />}
      </Dialog>
      <Dialog
        opened={doing !== null && doing !== 'issue'}
        onClose={close}
        title={doing !== null && doing !== 'issue' ? text.revokeTitle(shortId(doing.revoke)) : ''}
      >
        {doing !== null && doing !== 'issue' && <RevokeToken consumer={consumer} tokenId={doing.revoke} onClose={close} />}
      </Dialog>
    </section>
  );
};
