import type { RotationView } from '@keyturn/contracts/api';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense } from 'react';
import { sessionQueries } from '../../shared/api/session-queries.ts';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { useWasEver } from '../../shared/state/use-was-ever.ts';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { DecisionNotes } from '../decisions/decision-notes.tsx';
import { useMayWrite } from '../session/use-may-write.ts';
import { AcknowledgementList } from './acknowledgement-list.tsx';
import { PreflightList } from './preflight-list.tsx';
import { RotationAnnouncer } from './rotation-announcer.tsx';
import { RotationFigures } from './rotation-figures.tsx';
import classes from './rotation-panel.module.css';
import { rotationQueries } from './rotation-queries.ts';
import { RotationStatusBadge } from './rotation-status-badge.tsx';
import { RotationSteps } from './rotation-steps.tsx';
import { hasPreflight, isCommitted, nameOf, temporalRunUrl } from './stepper-state.ts';

const text = strings.rotation;

/** With the form that seals a value: only an open rotation may need it. */
const AssistedCard = lazy(async () => ({ default: (await import('../assisted/assisted-card.tsx')).AssistedCard }));

/** Only where approvals are asked for. */
const ApprovalCard = lazy(async () => ({ default: (await import('../decisions/approval-card.tsx')).ApprovalCard }));

/** Only while it is open, and for whoever may do something about it. */
const RunButtons = lazy(async () => ({ default: (await import('./run-buttons.tsx')).RunButtons }));

const toneOf = (rotation: RotationView): Tone => {
  if (rotation.status === 'failed') return 'bad';
  if (rotation.status === 'completed') return 'good';
  return rotation.held ? 'warn' : 'busy';
};

const failureHint = (rotation: RotationView): string => (isCommitted(rotation) ? text.failedAfterCommit : text.failedHint);

const Sentence = ({ rotation }: { readonly rotation: RotationView }) => {
  const hint = rotation.status === 'failed' ? failureHint(rotation) : rotation.held && rotation.status === 'open' ? text.held : null;
  return (
    <p className={classes['sentence']} data-tone={toneOf(rotation)} data-testid="rotation-sentence">
      <span className={`${classes['dot']} ${rotation.status === 'open' ? classes['pulse'] : ''}`} aria-hidden />
      <span>
        {rotation.failure === null ? rotation.sentence : `${text.failed(stepName(rotation.failure.step))}: ${rotation.failure.sentence}`}
        {hint !== null && <span className={classes['hint']}>{hint}</span>}
      </span>
    </p>
  );
};

const stepName = (step: string): string => Object.entries(text.steps).find(([name]) => name === step)?.[1].name ?? step;

const TemporalLink = ({ workflowId }: { readonly workflowId: string }) => {
  const session = useQuery(sessionQueries.current());
  const url = temporalRunUrl(session.data?.temporalUiUrl, workflowId);
  if (url === null) return null;
  return (
    <a className={classes['link']} href={url} target="_blank" rel="noreferrer">
      {text.temporal}
      <IconExternalLink size={15} aria-hidden />
    </a>
  );
};

/** What the run is, and what can be done about it. */
const Head = ({ rotation, aside }: { readonly rotation: RotationView; readonly aside: ReactNode }) => {
  const mayWrite = useMayWrite();
  return (
    <div className={classes['head']}>
      <h2 className={classes['title']}>{text.title(rotation.epoch)}</h2>
      <RotationStatusBadge rotation={rotation} />
      <span className="kt-dim kt-number">{text.fromTo(rotation.from, rotation.to)}</span>
      <span className="kt-dim">
        {text.reasons[rotation.reason] ?? rotation.reason}, {text.by(nameOf(rotation.requestedBy))},{' '}
        <RelativeTime at={rotation.requestedAt} />
      </span>
      <span className={classes['spacer']} />
      {aside}
      {rotation.status === 'open' && mayWrite && (
        <Suspense fallback={null}>
          <RunButtons rotation={rotation} />
        </Suspense>
      )}
      <TemporalLink workflowId={rotation.workflowId} />
    </div>
  );
};

type Props = { readonly credentialId: string; readonly epoch: number; readonly known?: RotationView; readonly aside: ReactNode };

/** One run, live while it is open: what it waits for, its steps, who reported, and its figures. */
export const RotationPanel = ({ credentialId, epoch, known, aside }: Props) => {
  const query = useQuery(rotationQueries.run(credentialId, epoch));
  // What the credential's own answer said of it is shown until the run itself is read, and where it can't be: somebody may be typing in it.
  const rotation = query.data ?? known;
  const wasAsked = useWasEver(rotation !== undefined && rotation.asks !== null);
  return (
    <section className={`kt-card ${classes['panel']}`} aria-label={text.title(epoch)}>
      {rotation === undefined && query.isPending && <LoadingLines sentence={text.loading} lines={7} />}
      {rotation === undefined && query.isError && <ProblemPanel error={query.error} onRetry={() => void query.refetch()} actions={aside} />}
      {rotation !== undefined && (
        <>
          <Head rotation={rotation} aside={aside} />
          {query.data === undefined && query.isError && (
            <div className={classes['unread']}>
              <ProblemAlert error={query.error} />
            </div>
          )}
          <Sentence rotation={rotation} />
          {rotation.status === 'open' && (
            <Suspense fallback={null}>
              {(rotation.approvals !== null || rotation.forceAsked !== null) && <ApprovalCard rotation={rotation} />}
              {wasAsked && <AssistedCard rotation={rotation} />}
            </Suspense>
          )}
          {rotation.note !== null && <p className={classes['note']}>{rotation.note}</p>}
          <DecisionNotes rotation={rotation} />
          {rotation.rolledBack !== null && (
            <p className={classes['note']}>{text.rolledBack(nameOf(rotation.rolledBack.by), rotation.rolledBack.reason)}</p>
          )}
          <div className={classes['body']}>
            <div className={classes['steps']}>
              <RotationSteps rotation={rotation} />
            </div>
            <div className={classes['side']}>
              <RotationFigures rotation={rotation} />
              {hasPreflight(rotation) && (
                <div className={classes['acks']}>
                  <h3 className={classes['subtitle']}>{text.preflights}</h3>
                  <PreflightList rotation={rotation} isOpen={rotation.status === 'open' && !isCommitted(rotation)} />
                </div>
              )}
              <div className={classes['acks']}>
                <h3 className={classes['subtitle']}>{text.acknowledgements}</h3>
                <AcknowledgementList rotation={rotation} committed={isCommitted(rotation)} />
              </div>
            </div>
          </div>
          <RotationAnnouncer rotation={rotation} />
        </>
      )}
    </section>
  );
};
