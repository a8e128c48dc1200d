import type { AccessEntry, AccessPage } from '@keyturn/contracts/api';
import { DataTable, Sub } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import { formatExact } from '../../shared/time/format-time.ts';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { accessLog as accessLogWords } from '../../strings-audit.ts';
import { CredentialLink } from './credential-link.tsx';

const text = accessLogWords;
type Row = AccessEntry & Partial<AccessPage['items'][number]>;

const What = ({ row: { what, fields, times } }: { readonly row: Row }) => (
  <>
    <StatusBadge tone={what === 'refused' ? 'warn' : what === 'revealed' ? 'busy' : 'idle'}>{text.what[what]}</StatusBadge>
    {fields !== null && fields.length > 0 && <Sub>{text.fields(fields)}</Sub>}
    {times > 1 && <Sub>{text.times(times)}</Sub>}
  </>
);

const WHEN: Column<Row> = {
  label: text.columns.at,
  cell: ({ at, position }) => (
    <span title={`${formatExact(at)} · #${position}`}>
      <RelativeTime at={at} />
    </span>
  ),
};
const REST: ReadonlyArray<Column<Row>> = [
  { label: text.columns.what, cell: (row) => <What row={row} /> },
  {
    label: text.columns.who,
    cell: ({ who, from }) => (
      <>
        {who}
        {from !== null && <Sub>{text.from(from)}</Sub>}
      </>
    ),
  },
  {
    label: text.columns.version,
    cell: ({ version }) => (version === null ? <span className="kt-dim">–</span> : strings.credentials.version(version)),
  },
  { label: text.columns.why, cell: ({ why }) => why },
];
const ABOUT: Column<Row> = {
  label: text.columns.credential,
  cell: ({ credentialId, address }) => <CredentialLink credentialId={credentialId ?? null} address={address ?? text.environment} />,
};

type Props = { readonly rows: readonly Row[]; readonly withCredential?: boolean };

/** Who had a secret or was refused it, the newest first. */
export const AccessTable = ({ rows, withCredential = false }: Props) => (
  <DataTable
    label={text.table}
    columns={withCredential ? [WHEN, ABOUT, ...REST] : [WHEN, ...REST]}
    rows={rows}
    rowKey={({ position }) => String(position)}
  />
);
