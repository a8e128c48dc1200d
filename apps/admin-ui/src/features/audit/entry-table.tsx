import type { AuditEntry } from '@keyturn/contracts/api';
import { DataTable, Sub } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import { formatExact } from '../../shared/time/format-time.ts';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { auditLog as auditLogWords } from '../../strings-audit.ts';
import { CredentialLink } from './credential-link.tsx';

const text = auditLogWords;

const COLUMNS: ReadonlyArray<Column<AuditEntry>> = [
  {
    label: text.columns.at,
    cell: ({ at }) => (
      <span title={formatExact(at)}>
        <RelativeTime at={at} />
      </span>
    ),
  },
  {
    label: text.columns.what,
    cell: ({ summary, type, position, epoch, verdict }) => (
      <>
        {summary} {verdict !== 'done' && <StatusBadge tone={verdict === 'refused' ? 'warn' : 'bad'}>{text.verdicts[verdict]}</StatusBadge>}
        <Sub>
          <span className="kt-number">#{position}</span> · {type}
          {epoch !== null && ` · ${strings.timeline.epoch(epoch)}`}
        </Sub>
      </>
    ),
  },
  {
    label: text.columns.who,
    cell: ({ who, from }) => (
      <>
        {who}
        {from !== null && <Sub>{strings.timeline.from(from)}</Sub>}
      </>
    ),
  },
  { label: text.columns.about, cell: ({ credentialId, address }) => <CredentialLink credentialId={credentialId} address={address} /> },
];

/** What happened, the newest first. */
export const EntryTable = ({ rows }: { readonly rows: readonly AuditEntry[] }) => (
  <DataTable label={text.table} columns={COLUMNS} rows={rows} rowKey={({ position }) => String(position)} />
);
