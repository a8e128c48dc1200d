import type { RotationView } from '@keyturn/contracts/api';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { formatDuration, formatExact } from '../../shared/time/format-time.ts';
import { useNow } from '../../shared/time/use-now.ts';
import { strings } from '../../strings.ts';
import classes from './rotation-steps.module.css';
import { stepRows, totalMs } from './stepper-state.ts';
import type { StepRow } from './stepper-state.ts';

const text = strings.rotation;
const TICK_MS = 100;

const toneOf = (status: StepRow['status'], held: boolean): Tone => {
  switch (status) {
    case 'done':
      return 'good';
    case 'running':
      return held ? 'warn' : 'busy';
    case 'failed':
      return 'bad';
    case 'todo':
      return 'idle';
  }
};

/** How long the run has been going: the only thing on the page that ticks. */
const Elapsed = ({ rotation }: { readonly rotation: RotationView }) => {
  const now = useNow(TICK_MS);
  return <span aria-hidden>{formatDuration(totalMs(rotation, now))}</span>;
};

const Times = ({ row, rotation }: { readonly row: StepRow; readonly rotation: RotationView }) => {
  if (row.afterMs === null) {
    return <div className={`${classes['times']} kt-number kt-dim`}>{row.status === 'running' && <Elapsed rotation={rotation} />}</div>;
  }
  return (
    <div className={`${classes['times']} kt-number`} title={row.at === null ? undefined : formatExact(row.at)}>
      {formatDuration(row.afterMs)}
      {row.tookMs !== null && <span className={classes['took']}>+{formatDuration(row.tookMs)}</span>}
    </div>
  );
};

/** The run's steps from top to bottom, each with its time since the request and what it took by itself. */
export const RotationSteps = ({ rotation }: { readonly rotation: RotationView }) => (
  <ol className={classes['steps']} aria-label={text.stepsLabel}>
    {stepRows(rotation).map((row) => (
      <li
        key={row.name}
        className={classes['step']}
        data-status={row.status}
        data-tone={toneOf(row.status, rotation.held)}
        aria-current={row.status === 'running' ? 'step' : undefined}
      >
        <span className={classes['mark']} aria-hidden>
          {row.status === 'done' && <IconCheck size={14} stroke={3} />}
          {row.status === 'failed' && <IconX size={14} stroke={3} />}
        </span>
        <div>
          <div className={classes['name']}>
            {row.label}
            <span className="kt-hidden">, {text.stepStatus[row.status]}</span>
          </div>
          <div className={classes['what']}>{row.what}</div>
        </div>
        <Times row={row} rotation={rotation} />
      </li>
    ))}
  </ol>
);
