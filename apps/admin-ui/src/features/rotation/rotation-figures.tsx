import type { RotationView } from '@keyturn/contracts/api';
import { formatDuration } from '../../shared/time/format-time.ts';
import { useNow } from '../../shared/time/use-now.ts';
import { strings } from '../../strings.ts';
import classes from './rotation-panel.module.css';
import { awaitedInstances, isCommitted, totalMs } from './stepper-state.ts';

const text = strings.rotation.figures;
const orDash = (milliseconds: number | null): string => (milliseconds === null ? '–' : formatDuration(milliseconds));

/** The four numbers of a run. */
export const RotationFigures = ({ rotation }: { readonly rotation: RotationView }) => {
  const now = useNow(rotation.status === 'open' ? 1000 : null);
  const good = rotation.acknowledgements.filter(({ ok }) => ok).length;
  const awaited = isCommitted(rotation) ? awaitedInstances(rotation).length : 0;
  const all = rotation.acknowledgements.length + awaited;
  const figures = [
    { name: text.total, value: formatDuration(totalMs(rotation, now)) },
    { name: text.acknowledged, value: all === 0 ? '–' : text.of(good, all) },
    { name: text.convergence, value: orDash(awaited === 0 ? rotation.convergenceMs : null), hint: text.convergenceHint },
    { name: text.overlap, value: orDash(rotation.overlapMs), hint: text.overlapHint },
  ];
  return (
    <dl className={classes['figures']}>
      {figures.map(({ name, value, hint }) => (
        <div key={name} className={classes['figure']} title={hint}>
          <dt>{name}</dt>
          <dd className="kt-number">{value}</dd>
        </div>
      ))}
    </dl>
  );
};
