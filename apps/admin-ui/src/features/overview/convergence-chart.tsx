import type { RotationView } from '@keyturn/contracts/api';
import { Link } from '@tanstack/react-router';
import { formatDuration } from '../../shared/time/format-time.ts';
import { overview as overviewWords } from '../../strings-overview.ts';
import classes from './overview.module.css';

const text = overviewWords.chart;
const [WIDTH, HEIGHT, GAP, WIDEST] = [600, 150, 6, 34] as const;

export type Converged = Pick<RotationView, 'credentialId' | 'address' | 'epoch'> & { readonly convergenceMs: number };

const medianOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;

/** Drawn for the eye; the table says the same. */
const Bars = ({ runs, median, longest }: { readonly runs: readonly Converged[]; readonly median: number; readonly longest: number }) => {
  const step = Math.min(WIDEST + GAP, WIDTH / runs.length);
  const y = HEIGHT - (median / longest) * HEIGHT;
  return (
    <svg className={classes['chart']} viewBox={`0 -8 ${WIDTH} ${HEIGHT + 10}`} preserveAspectRatio="xMinYMax meet" aria-hidden>
      {runs.map(({ credentialId, address, epoch, convergenceMs }, index) => {
        const height = Math.max(3, (convergenceMs / longest) * HEIGHT);
        return (
          <rect
            key={`${credentialId}/${epoch}`}
            className={classes['bar']}
            x={index * step}
            y={HEIGHT - height}
            width={step - GAP}
            height={height}
            rx={3}
          >
            <title>{text.bar(address, epoch, formatDuration(convergenceMs))}</title>
          </rect>
        );
      })}
      <line className={classes['median']} x1={0} x2={WIDTH} y1={y} y2={y} />
      <line className={classes['axis']} x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
    </svg>
  );
};

/** How long the last rotations took from the commit to the last acknowledgement, the oldest first. */
export const ConvergenceChart = ({ runs }: { readonly runs: readonly Converged[] }) => {
  if (runs.length === 0) return <p className="kt-dim">{text.none}</p>;
  const all = runs.map(({ convergenceMs }) => convergenceMs);
  const [median, longest] = [medianOf(all), Math.max(...all, 1)];
  return (
    <>
      <Bars runs={runs} median={median} longest={longest} />
      <p className={`kt-dim ${classes['caption']}`}>{text.summary(runs.length, formatDuration(median), formatDuration(longest))}</p>
      <div className="kt-hidden">
        <table>
          <caption>{text.title}</caption>
          <thead>
            <tr>
              <th scope="col">{text.columns.credential}</th>
              <th scope="col">{text.columns.rotation}</th>
              <th scope="col">{text.columns.took}</th>
            </tr>
          </thead>
          <tbody>
            {runs.map(({ credentialId, address, epoch, convergenceMs }) => (
              <tr key={`${credentialId}/${epoch}`}>
                <td>{address}</td>
                <td>{epoch}</td>
                <td>{formatDuration(convergenceMs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={classes['last']}>
        {runs.slice(-1).map(({ credentialId, address, epoch, convergenceMs }) => (
          <Link
            key={credentialId}
            to="/admin/system/credentials/$credentialId"
            params={{ credentialId }}
            search={{ epoch }}
            className="kt-link"
          >
            {text.bar(address, epoch, formatDuration(convergenceMs))}
          </Link>
        ))}
      </p>
    </>
  );
};
