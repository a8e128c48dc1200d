import type { RotationView } from '@keyturn/contracts/api';
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { DataTable } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { formatDuration } from '../../shared/time/format-time.ts';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { useNow } from '../../shared/time/use-now.ts';
import { strings } from '../../strings.ts';
import { RotationStatusBadge } from './rotation-status-badge.tsx';
import { nameOf, totalMs } from './stepper-state.ts';

const text = strings.rotation;
const { columns: label } = text.history;

const duration = (milliseconds: number | null) => (
  <span className="kt-number">{milliseconds === null ? '–' : formatDuration(milliseconds)}</span>
);

const Epoch = ({ rotation }: { readonly rotation: RotationView }) => (
  <Anchor
    fw={600}
    aria-label={text.history.show(rotation.epoch)}
    renderRoot={(props) => (
      <Link
        to="/admin/system/credentials/$credentialId"
        params={{ credentialId: rotation.credentialId }}
        search={{ tab: 'rotations', epoch: rotation.epoch }}
        {...props}
      />
    )}
  >
    {rotation.epoch}
  </Anchor>
);

const columnsAt = (nowMs: number): ReadonlyArray<Column<RotationView>> => [
  { label: label.epoch, cell: (rotation) => <Epoch rotation={rotation} /> },
  { label: label.status, cell: (rotation) => <RotationStatusBadge rotation={rotation} /> },
  { label: label.versions, cell: ({ from, to }) => <span className="kt-number">{text.fromTo(from, to)}</span> },
  { label: label.reason, cell: ({ reason }) => text.reasons[reason] ?? reason },
  { label: label.by, cell: ({ requestedBy }) => nameOf(requestedBy) },
  { label: label.requested, cell: ({ requestedAt }) => <RelativeTime at={requestedAt} /> },
  { label: label.total, cell: (rotation) => duration(totalMs(rotation, nowMs)) },
  { label: label.convergence, cell: ({ convergenceMs }) => duration(convergenceMs) },
  { label: label.overlap, cell: ({ overlapMs }) => duration(overlapMs) },
];

/** Every run that is known, the newest first; its number shows it above. */
export const RotationHistory = ({ rotations, shown }: { readonly rotations: readonly RotationView[]; readonly shown: number | null }) => {
  const now = useNow(rotations.some(({ status }) => status === 'open') ? 1000 : null);
  if (rotations.length === 0) return <p className="kt-dim kt-pad">{text.history.empty}</p>;
  return (
    <DataTable
      label={strings.detail.tabs.rotations}
      columns={columnsAt(now)}
      rows={rotations}
      rowKey={({ epoch }) => String(epoch)}
      isCurrent={({ epoch }) => epoch === shown}
    />
  );
};
