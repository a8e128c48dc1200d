import type { CredentialView } from '@keyturn/contracts/api';
import { DataTable, Sub } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { formatDuration } from '../../shared/time/format-time.ts';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { whereItLogsIn } from './describe-credential.ts';

const text = strings.versions;
type Version = CredentialView['versions'][number];

const TONES: Record<Version['status'], Tone> = {
  pending: 'busy',
  current: 'good',
  superseded: 'warn',
  revoking: 'warn',
  revoked: 'idle',
  discarding: 'warn',
  discarded: 'idle',
  withdrawn: 'bad',
};
const LIVE: ReadonlySet<Version['status']> = new Set(['pending', 'revoking', 'discarding']);

const Tested = ({ version: { tested, untested } }: { readonly version: Version }) => {
  if (tested !== null) {
    return (
      <span title={tested.sentence}>
        <StatusBadge tone={tested.verdict === 'valid' ? 'good' : 'bad'}>{text.verdicts[tested.verdict] ?? tested.verdict}</StatusBadge>
        <Sub>
          <span className="kt-number">{formatDuration(tested.elapsedMs)}</span>
          {tested.verdict !== 'valid' && `, ${tested.sentence}`}
        </Sub>
      </span>
    );
  }
  return untested === null ? (
    <span className="kt-dim">{text.notTestedYet}</span>
  ) : (
    <StatusBadge tone="warn">{text.untested(untested)}</StatusBadge>
  );
};

const Fields = ({ version }: { readonly version: Version }) => {
  const { user, at } = whereItLogsIn(version);
  return (
    <>
      <span className="kt-mono">{user}</span>
      <Sub>{at}</Sub>
    </>
  );
};

const time = (at: string | null) => (at === null ? <span className="kt-dim">–</span> : <RelativeTime at={at} />);

const COLUMNS: ReadonlyArray<Column<Version>> = [
  {
    label: text.columns.version,
    cell: ({ version, epoch }) => (
      <>
        <strong className="kt-number">{strings.credentials.version(version)}</strong>
        <Sub>{epoch === null ? text.imported : text.byEpoch(epoch)}</Sub>
      </>
    ),
  },
  {
    label: text.columns.status,
    cell: ({ status }) => (
      <StatusBadge tone={TONES[status]} live={LIVE.has(status)}>
        {text.status[status]}
      </StatusBadge>
    ),
  },
  { label: text.columns.fields, cell: (version) => <Fields version={version} /> },
  {
    label: text.columns.secret,
    cell: ({ masks }) =>
      Object.entries(masks).map(([name, mask]) => (
        <span key={name} className="kt-mono kt-dim" title={strings.fields[name] ?? name}>
          {mask}
        </span>
      )),
  },
  { label: text.columns.test, cell: (version) => <Tested version={version} /> },
  { label: text.columns.staged, cell: ({ stagedAt }) => time(stagedAt) },
  { label: text.columns.committed, cell: ({ committedAt }) => time(committedAt) },
  { label: text.columns.ended, cell: ({ endedAt }) => time(endedAt) },
];

/** The versions, the newest first. */
export const VersionList = ({ versions }: { readonly versions: readonly Version[] }) =>
  versions.length === 0 ? (
    <p className="kt-dim kt-pad">{text.empty}</p>
  ) : (
    <DataTable
      label={text.title}
      columns={COLUMNS}
      rows={versions.toSorted((one, other) => other.version - one.version)}
      rowKey={({ version }) => String(version)}
    />
  );
