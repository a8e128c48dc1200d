import type { ReplicaView } from '@keyturn/contracts/api';
import { DataTable } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { keyRing as keyRingWords } from '../../strings-key-ring.ts';
import classes from './key-ring.module.css';

const text = keyRingWords.replicas;

const COLUMNS: ReadonlyArray<Column<ReplicaView>> = [
  { label: text.columns.replica, cell: ({ replica }) => <span className="kt-mono">{replica}</span> },
  { label: text.columns.holds, cell: ({ kekIds }) => <span className="kt-mono">{kekIds.join(', ')}</span> },
  { label: text.columns.seen, cell: ({ seenAt }) => <RelativeTime at={seenAt} /> },
];

/** Which processes of the vault hold which keys. */
export const ReplicaList = ({ replicas }: { readonly replicas: readonly ReplicaView[] }) => (
  <section className={`kt-card ${classes['table']}`} aria-label={text.title}>
    <div className={`${classes['head']} ${classes['pad']}`}>
      <h2 className={classes['title']}>{text.title}</h2>
    </div>
    {replicas.length === 0 ? (
      <p className="kt-dim kt-pad">{text.none}</p>
    ) : (
      <DataTable label={text.table} columns={COLUMNS} rows={replicas} rowKey={({ replica }) => replica} />
    )}
  </section>
);
