import type { ReactNode } from 'react';
import classes from './state-panel.module.css';
import type { Tone } from './status-badge.tsx';

type Props = {
  readonly icon: ReactNode;
  readonly title: string;
  readonly detail: string;
  readonly tone?: Tone;
  readonly reference?: string | null;
  readonly actions?: ReactNode;
  readonly role?: 'alert' | 'status';
  /** It stands for the whole page, so its title is the page's. */
  readonly isPage?: boolean;
};

/** What stands in place of content: nothing there, nothing found, not allowed, or broken. */
export const StatePanel = ({ icon, title, detail, tone = 'idle', reference = null, actions, role, isPage = false }: Props) => (
  <div className={classes['panel']} role={role}>
    <div className={classes['icon']} data-tone={tone} aria-hidden>
      {icon}
    </div>
    {isPage ? <h1 className={classes['title']}>{title}</h1> : <h2 className={classes['title']}>{title}</h2>}
    <p className={classes['detail']}>{detail}</p>
    {reference !== null && <code className={classes['reference']}>{reference}</code>}
    {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
  </div>
);
