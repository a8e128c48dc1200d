import type { CredentialType } from '@keyturn/contracts';
import type { CredentialView, VersionDetail } from '@keyturn/contracts/api';
import { DataTable, Sub } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { formatDuration } from '../../shared/time/format-time.ts';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { labelOfField } from '../credential-form/form-fields.ts';
import { VersionActions } from '../lifecycle/version-actions.tsx';
import { whereItLogsIn } from './describe-credential.ts';

const text = strings.versions;
type Version = CredentialView['versions'][number];
/** A version, and what is known of it beside once that was read. */
type Row = Version &
  Partial<Pick<VersionDetail, 'editedFrom' | 'sameAs' | 'holders' | 'leftAliveBecause'>> & {
    readonly of: string;
    readonly type: CredentialType;
    readonly all: readonly number[];
    readonly current: number | null;
    readonly detail?: VersionDetail;
  };

const originOf = ({ version, epoch, editedFrom, sameAs }: Row): string => {
  if (typeof editedFrom === 'number') return strings.lifecycle.edited(editedFrom);
  if (typeof sameAs === 'number') return strings.lifecycle.broughtAgain(sameAs);
  if (epoch !== null) return text.byEpoch(epoch);
  return version === 1 ? text.registered : text.byHand;
};

const Holders = ({ row: { holders = [] } }: { readonly row: Row }) =>
  holders.length === 0 ? null : <Sub>{strings.lifecycle.heldBy(holders.map(({ consumer, instance }) => `${consumer}/${instance}`))}</Sub>;

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

const COLUMNS: ReadonlyArray<Column<Row>> = [
  {
    label: text.columns.version,
    cell: (row) => (
      <>
        <strong className="kt-number">{strings.credentials.version(row.version)}</strong>
        <Sub>
          <span className="kt-nowrap">{originOf(row)}</span>
        </Sub>
      </>
    ),
  },
  {
    label: text.columns.status,
    cell: (row) => (
      <>
        <StatusBadge tone={TONES[row.status]} live={LIVE.has(row.status)}>
          {text.status[row.status]}
        </StatusBadge>
        <Holders row={row} />
        {typeof row.leftAliveBecause === 'string' && <Sub>{strings.lifecycle.leftAlive(row.leftAliveBecause)}</Sub>}
      </>
    ),
  },
  { label: text.columns.fields, cell: (version) => <Fields version={version} /> },
  {
    label: text.columns.secret,
    cell: ({ masks, type }) =>
      Object.entries(masks).map(([name, mask]) => (
        <span key={name} className="kt-mono kt-dim" title={labelOfField(type, name)}>
          {mask}
        </span>
      )),
  },
  { label: text.columns.test, cell: (version) => <Tested version={version} /> },
  { label: text.columns.staged, cell: ({ stagedAt }) => time(stagedAt) },
  {
    label: text.columns.committed,
    cell: ({ committedAt, endedAt }) => (
      <>
        {time(committedAt)}
        {endedAt !== null && (
          <Sub>
            {text.ended} <RelativeTime at={endedAt} />
          </Sub>
        )}
      </>
    ),
  },
  {
    label: strings.lifecycle.actions,
    cell: ({ of, type, all, current, detail }) =>
      detail === undefined ? null : <VersionActions credentialId={of} type={type} version={detail} versions={all} current={current} />,
  },
];

type Props = {
  readonly credentialId: string;
  readonly type: CredentialType;
  readonly current: number | null;
  readonly versions: readonly Version[];
  /** Their histories; empty until they are read. */
  readonly details: readonly VersionDetail[];
};

/** The versions, the newest first. */
export const VersionList = ({ credentialId, type, current, versions, details }: Props) => {
  if (versions.length === 0) return <p className="kt-dim kt-pad">{text.empty}</p>;
  const all = versions.map(({ version }) => version).toSorted((one, other) => other - one);
  const rows = versions
    .toSorted((one, other) => other.version - one.version)
    .map((version): Row => {
      const detail = details.find((known) => known.version === version.version);
      return { ...version, of: credentialId, type, all, current, ...(detail === undefined ? {} : { ...detail, detail }) };
    });
  return <DataTable label={text.title} columns={COLUMNS} rows={rows} rowKey={({ version }) => String(version)} />;
};
