import type { ReactNode } from 'react';
import classes from './notice.module.css';
import type { Tone } from './status-badge.tsx';

type Props = {
  readonly tone: Tone;
  readonly icon: ReactNode;
  readonly title?: string;
  readonly role?: 'alert' | 'status';
  readonly children: ReactNode;
};

/** Something to know, in its colour, beside what it is about. */
export const Notice = ({ tone, icon, title, role, children }: Props) => (
  <div className={classes['notice']} data-tone={tone} role={role}>
    <span className={classes['icon']} aria-hidden>
      {icon}
    </span>
    <div className={classes['body']}>
      {title !== undefined && <div className={classes['title']}>{title}</div>}
      {children}
    </div>
  </div>
);
