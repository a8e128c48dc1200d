import type { RotationView } from '@keyturn/contracts/api';
import { formatDuration, formatExact } from '../../shared/time/format-time.ts';
import { strings } from '../../strings.ts';
import classes from './acknowledgement-list.module.css';

const text = strings.rotation;

type Probe = RotationView['preflights'][number];

const saidOf = ({ ok, sentence }: Probe, isOpen: boolean): { readonly tone: string; readonly what: string } => {
  if (ok === null && sentence !== null) return { tone: 'warn', what: sentence };
  if (ok === null) return { tone: 'warn', what: isOpen ? text.awaited : text.preflightSilent };
  return ok ? { tone: 'good', what: text.preflightOk } : { tone: 'bad', what: text.preflightBad };
};

const Tried = ({ probe, isOpen }: { readonly probe: Probe; readonly isOpen: boolean }) => {
  const { tone, what } = saidOf(probe, isOpen);
  return (
    <li className={`${classes['item']} ${probe.ok === null && isOpen ? classes['awaited'] : ''}`} data-tone={tone}>
      <span className={classes['dot']} aria-hidden />
      <span>
        <span className={`${classes['name']} kt-mono`}>
          {probe.instance === '*' ? probe.consumer : `${probe.consumer}/${probe.instance}`}
        </span>{' '}
        <span className={classes['what']}>
          <span aria-hidden>· </span>
          {what}
        </span>
      </span>
      {probe.afterAskMs !== null && probe.at !== null && (
        <span className="kt-number kt-dim" title={formatExact(probe.at)}>
          {text.afterAsk(formatDuration(probe.afterAskMs))}
        </span>
      )}
      {probe.ok !== null && probe.sentence !== null && <span className={classes['sentence']}>{probe.sentence}</span>}
    </li>
  );
};

/** Who was asked to try the version before its commit, and what each said; `isOpen` while answers still count. */
export const PreflightList = ({ rotation, isOpen }: { readonly rotation: RotationView; readonly isOpen: boolean }) =>
  rotation.preflights.length === 0 ? (
    <p className={classes['empty']}>{text.preflightNobody}</p>
  ) : (
    <ul className={classes['list']} aria-label={text.preflights}>
      {rotation.preflights.map((probe) => (
        <Tried key={`${probe.consumer}/${probe.instance}`} probe={probe} isOpen={isOpen} />
      ))}
    </ul>
  );
