import type { KekView } from '@keyturn/contracts/api';
import { Button, Group } from '@mantine/core';
import { DataTable, Sub } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { keyRing as keyRingWords } from '../../strings-key-ring.ts';
import type { KeyRingAction } from './key-ring-actions.tsx';

const text = keyRingWords;
const TONES: Record<KekView['state'], Tone> = { added: 'busy', active: 'good', retiring: 'warn', retired: 'idle' };

const sinceOf = ({ state, addedAt, activatedAt, retiringAt, retiredAt }: KekView): string | null =>
  ({ added: addedAt, active: activatedAt, retiring: retiringAt, retired: retiredAt })[state];

const Uses = ({ uses: { dataKeys, sealingKeys, identity } }: Pick<KekView, 'uses'>) => {
  if (dataKeys + sealingKeys + identity === 0) return <span className="kt-dim">{text.nothing}</span>;
  return (
    <>
      <span className="kt-number">{text.uses(dataKeys, sealingKeys)}</span>
      {identity > 0 && <Sub>{text.identity}</Sub>}
    </>
  );
};

const SMALLEST = 0.0001;
const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 2 });
const share = (part: number, whole: number): string =>
  part > 0 && part / whole < SMALLEST ? text.lessThan(percent.format(SMALLEST)) : percent.format(part / whole);

const COLUMNS: ReadonlyArray<Column<KekView>> = [
  {
    label: text.columns.key,
    cell: ({ kekId, missingAt }) => (
      <>
        <span className="kt-mono kt-nowrap">{kekId}</span>
        {missingAt.length > 0 && <Sub>{text.missing(missingAt)}</Sub>}
      </>
    ),
  },
  {
    label: text.columns.state,
    cell: ({ state }) => (
      <>
        <StatusBadge tone={TONES[state]} live={state === 'retiring'}>
          {text.states[state]}
        </StatusBadge>
        <Sub>{text.stateHints[state]}</Sub>
      </>
    ),
  },
  { label: text.columns.uses, cell: ({ uses }) => <Uses uses={uses} /> },
  {
    label: text.columns.wraps,
    cell: ({ wraps, wrapLimit }) => (
      <>
        <span className="kt-number">{text.wraps(wraps)}</span>
        <Sub>{text.wrapLimit(share(wraps, wrapLimit))}</Sub>
      </>
    ),
  },
  {
    label: text.columns.since,
    cell: (key) => {
      const since = sinceOf(key);
      return since === null ? <span className="kt-dim">–</span> : <RelativeTime at={since} />;
    },
  },
];

const hasAction = ({ state }: KekView): boolean => state === 'added' || state === 'retiring';

const actionsColumn = (onAction: (action: KeyRingAction) => void): Column<KekView> => ({
  label: text.columns.actions,
  cell: ({ kekId, state }) => (
    <Group gap="xs" wrap="nowrap">
      {state === 'added' && (
        <Button size="compact-sm" variant="default" onClick={() => onAction({ kind: 'activate', kekId })}>
          {text.activate.open}
        </Button>
      )}
      {state === 'retiring' && (
        <Button size="compact-sm" variant="default" onClick={() => onAction({ kind: 'retire', kekId })}>
          {text.retire.open}
        </Button>
      )}
    </Group>
  ),
});

const ORDER: Record<KekView['state'], number> = { active: 0, added: 1, retiring: 2, retired: 3 };

type Props = { readonly keys: readonly KekView[]; readonly onAction: ((action: KeyRingAction) => void) | null };

/** Every key of the ring; the active one first. */
export const KeyTable = ({ keys, onAction }: Props) => (
  <DataTable
    label={text.table}
    columns={onAction === null || !keys.some(hasAction) ? COLUMNS : [...COLUMNS, actionsColumn(onAction)]}
    rows={keys.toSorted((one, other) => ORDER[one.state] - ORDER[other.state])}
    rowKey={({ kekId }) => kekId}
    isCurrent={({ state }) => state === 'active'}
  />
);
