import type { CredentialSummary } from '@keyturn/contracts/api';
import type { CredentialSort } from '@keyturn/contracts/queries';
import type { ReactNode } from 'react';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import { formatDay } from '../../shared/time/format-time.ts';
import { PlainTime } from '../../shared/time/plain-time.tsx';
import { strings } from '../../strings.ts';
import { OpenRotationBadge } from '../rotation/rotation-badge.tsx';
import type { Column } from './columns.ts';
import classes from './credential-table.module.css';
import { firstMask, whereItLogsIn } from './describe-credential.ts';

const text = strings.credentials;

/** What goes on with it, or that it is given to nobody. */
const State = ({ credential: { credentialId, status, openEpoch } }: { readonly credential: CredentialSummary }) => {
  if (status === 'disabled') return <StatusBadge tone="warn">{strings.lifecycle.status.disabled}</StatusBadge>;
  if (status === 'deleting' || status === 'deleted') return <StatusBadge tone="bad">{strings.lifecycle.status[status]}</StatusBadge>;
  if (openEpoch !== null) return <OpenRotationBadge credentialId={credentialId} epoch={openEpoch} />;
  return <StatusBadge tone="idle">{text.steady}</StatusBadge>;
};

const When = ({ at, otherwise }: { readonly at: string | null; readonly otherwise: string }) => (
  <span className={classes['over']}>{at === null ? <span className="kt-dim">{otherwise}</span> : <PlainTime at={at} />}</span>
);

type Cell = {
  readonly cell: (credential: CredentialSummary) => ReactNode;
  /** Of its head and its cells. */
  readonly style: string | undefined;
  readonly sort?: CredentialSort;
};

const narrowHidden = classes['narrowHidden'];

/** What stands in each column. */
export const CELLS: Readonly<Record<Column, Cell>> = {
  where: {
    style: classes['full'],
    cell: (credential) => {
      const { user, at } = whereItLogsIn(credential);
      return (
        <>
          <span className="kt-mono">{user}</span>
          <span className={`kt-sub ${classes['where']}`} title={at}>
            {at}
          </span>
        </>
      );
    },
  },
  secret: { style: `${narrowHidden} kt-mono kt-dim kt-nowrap`, cell: firstMask },
  version: {
    style: `${classes['right']} kt-number`,
    sort: 'version',
    cell: ({ current, generation }) => (
      <>
        {current === null ? <span className="kt-dim">{text.noVersion}</span> : text.version(current)}
        <span className={classes['cardlabel']}> · {strings.consumers.generation(generation)}</span>
      </>
    ),
  },
  generation: {
    style: `${classes['right']} ${narrowHidden} ${classes['wide']} kt-number`,
    sort: 'generation',
    cell: ({ generation }) => generation,
  },
  owner: { style: narrowHidden, sort: 'owner', cell: ({ owner }) => owner ?? <span className="kt-dim">{text.noVersion}</span> },
  rotated: {
    style: classes['when'],
    sort: 'rotated',
    cell: ({ lastRotatedAt }) => <When at={lastRotatedAt} otherwise={text.never} />,
  },
  updated: { style: narrowHidden, sort: 'updated', cell: ({ updatedAt }) => <When at={updatedAt} otherwise={text.never} /> },
  created: { style: narrowHidden, sort: 'created', cell: ({ registeredAt }) => <When at={registeredAt} otherwise={text.never} /> },
  expires: {
    style: `${narrowHidden} kt-nowrap`,
    sort: 'expires',
    cell: ({ expiresAt }) => (expiresAt === null ? <span className="kt-dim">{text.never}</span> : formatDay(expiresAt)),
  },
  state: { style: classes['stateCell'], sort: 'status', cell: (credential) => <State credential={credential} /> },
};
