import type { BulkRotationSummary } from '@keyturn/contracts/api';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import classes from './bulk.module.css';
import { throughOf } from './bulk-words.ts';

const PARTS = ['completed', 'running', 'failed', 'skipped', 'cancelled'] as const;

/** How its credentials stand, as parts of one bar; the words beside it say the same. */
export const ProgressBar = ({ counts }: Pick<BulkRotationSummary, 'counts'>) => (
  <span className={classes['bar']} role="img" aria-label={bulkWords.progress(throughOf(counts), counts.total)}>
    {PARTS.filter((part) => counts[part] > 0).map((part) => (
      <span key={part} data-part={part} style={{ width: `${(counts[part] / Math.max(1, counts.total)) * 100}%` }} />
    ))}
  </span>
);
