import type { ReactNode } from 'react';
import classes from './behind.module.css';

type Props = { readonly isBehind: boolean; readonly children: ReactNode };

/** What stays in sight until what was asked for is there: a line above says so, and it reads as well as before. Fading it would take its contrast. */
export const Behind = ({ isBehind, children }: Props) => (
  <div className={classes['behind']} aria-busy={isBehind}>
    {children}
  </div>
);
