import type { ReactNode } from 'react';
import classes from './status-badge.module.css';

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle';

type Props = { readonly tone: Tone; readonly live?: boolean; readonly title?: string; readonly children: ReactNode };

/** A word with its colour; the word alone carries the meaning. `live` makes the dot breathe. */
export const StatusBadge = ({ tone, live = false, title, children }: Props) => (
  <span className={classes['badge']} data-tone={tone} title={title}>
    <span className={`${classes['dot']} ${live ? classes['pulse'] : ''}`} aria-hidden />
    {children}
  </span>
);
