import type { RewrapView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { keyRing as keyRingWords } from '../../strings-key-ring.ts';
import classes from './key-ring.module.css';

const text = keyRingWords.rewrap;

const sentenceOf = ({ status, kekId, failed }: RewrapView): string => {
  if (status === 'running') return text.running(kekId);
  return failed === 0 ? text.completed(kekId) : text.completedWithFailures(kekId);
};

const toneOf = ({ status, failed }: RewrapView): string => (failed > 0 ? 'warn' : status === 'running' ? 'busy' : 'good');

const Run = ({ run }: { readonly run: RewrapView }) => {
  const { rotated, failed, remaining, requestedAt, result } = run;
  const total = result?.totalCredentials ?? run.totalCredentials;
  const figures = [
    [text.figures.total, total],
    [text.figures.rotated, rotated],
    [text.figures.failed, failed],
    [text.figures.remaining, remaining],
  ] as const;
  return (
    <div data-tone={toneOf(run)}>
      <p className={classes['sentence']} role="status">
        {sentenceOf(run)}
        <span className="kt-dim">
          {' · '}
          <RelativeTime at={result?.rotatedAt ?? requestedAt} />
        </span>
      </p>
      <progress className={classes['bar']} max={Math.max(1, total)} value={rotated + failed} aria-label={text.progress} />
      <dl className={classes['figures']}>
        {figures.map(([name, figure]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="kt-number">{figure.toLocaleString()}</dd>
          </div>
        ))}
      </dl>
      {failed > 0 && <p className="kt-sub">{text.failedHint}</p>}
    </div>
  );
};

type Props = { readonly run: RewrapView | null; readonly onStart: (() => void) | null };

/** The newest re-wrap, and the way to start the next. */
export const RewrapPanel = ({ run, onStart }: Props) => (
  <section className={`kt-card ${classes['panel']}`} aria-label={text.title}>
    <div className={classes['head']}>
      <h2 className={classes['title']}>{text.title}</h2>
      {onStart !== null && run?.status !== 'running' && (
        <Button variant="default" size="xs" onClick={onStart}>
          {text.open}
        </Button>
      )}
    </div>
    {run === null ? <p className="kt-dim">{text.never}</p> : <Run run={run} />}
  </section>
);
