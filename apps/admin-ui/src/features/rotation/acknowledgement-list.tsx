import type { RotationView } from '@keyturn/contracts/api';
import { formatDuration, formatExact } from '../../shared/time/format-time.ts';
import { strings } from '../../strings.ts';
import classes from './acknowledgement-list.module.css';
import { awaitedInstances } from './stepper-state.ts';

const text = strings.rotation;

type Report = RotationView['acknowledgements'][number];

const Reported = ({ report }: { readonly report: Report }) => (
  <li className={classes['item']} data-tone={report.ok ? 'good' : 'bad'}>
    <span className={classes['dot']} aria-hidden />
    <span>
      <span className={`${classes['name']} kt-mono`}>
        {report.consumer}/{report.instance}
      </span>{' '}
      <span className={classes['what']}>
        <span aria-hidden>· </span>
        {report.ok ? text.ackOk : text.ackBad}
      </span>
    </span>
    <span className="kt-number kt-dim" title={formatExact(report.at)}>
      {text.afterCommit(formatDuration(report.afterCommitMs))}
    </span>
    {!report.ok && report.sentence !== null && <span className={classes['sentence']}>{report.sentence}</span>}
  </li>
);

const Awaited = ({ name }: { readonly name: string }) => (
  <li className={`${classes['item']} ${classes['awaited']}`} data-tone="warn">
    <span className={classes['dot']} aria-hidden />
    <span className={`${classes['name']} kt-mono`}>{name}</span>
    <span className={classes['what']}>{text.awaited}</span>
  </li>
);

/** Who reported, in the order of the reports, after whom the run still waits for: those come first, for they are what matters. */
export const AcknowledgementList = ({ rotation, committed }: { readonly rotation: RotationView; readonly committed: boolean }) => {
  const awaited = committed ? awaitedInstances(rotation) : [];
  const reports = rotation.acknowledgements.toSorted((one, other) => one.afterCommitMs - other.afterCommitMs);
  if (awaited.length + reports.length === 0) {
    const { before, none } = text.acknowledgementsEmpty;
    return <p className={classes['empty']}>{rotation.status === 'open' ? before : none}</p>;
  }
  return (
    <ul className={classes['list']} aria-label={text.acknowledgements}>
      {awaited.map((name) => (
        <Awaited key={name} name={name} />
      ))}
      {reports.map((report) => (
        <Reported key={`${report.consumer}/${report.instance}/${report.at}`} report={report} />
      ))}
    </ul>
  );
};
