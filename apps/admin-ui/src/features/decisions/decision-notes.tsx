import type { RotationView } from '@keyturn/contracts/api';
import { formatMinute } from '../../shared/time/format-time.ts';
import { decisions as decisionsWords } from '../../strings-decisions.ts';
import { nameOf } from '../rotation/stepper-state.ts';
import classes from './decisions.module.css';

const { force, extend } = decisionsWords;

/** What was decided about a run: its deadline, who was told that it is late, and that it was forced, by whom and with what loss. */
export const DecisionNotes = ({ rotation: { status, deadlineAt, escalated, forced } }: { readonly rotation: RotationView }) => (
  <>
    {status === 'open' && deadlineAt !== null && forced === null && (
      <p className={`kt-dim ${classes['note']}`}>
        {extend.deadline(formatMinute(deadlineAt))} {escalated !== null && extend.escalated(escalated.times)}
      </p>
    )}
    {forced !== null && (
      <div className={classes['note']}>
        <p>
          {force.forced(nameOf(forced.by), forced.reason)}
          {forced.approvedBy !== null && `, ${force.forcedBy(nameOf(forced.approvedBy))}`}
        </p>
        {forced.cutOff.length > 0 && <p>{force.wasCutOff(forced.cutOff.join(', '))}</p>}
        {forced.ended !== null && <p>{forced.ended.sentence}</p>}
      </div>
    )}
  </>
);
