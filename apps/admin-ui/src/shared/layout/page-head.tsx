import type { FocusEventHandler, ReactNode, RefObject } from 'react';
import classes from './page-head.module.css';

type Props = {
  readonly title: string;
  /** What the page is about, below its title. */
  readonly lead?: ReactNode;
  /** Where the title may have to take the focus. */
  readonly heading?: RefObject<HTMLHeadingElement | null>;
  readonly onFocus?: FocusEventHandler;
  readonly onBlur?: FocusEventHandler;
  /** How live the page is, and what can be done on it. */
  readonly children?: ReactNode;
};

/** The head of a page: its title and what it is about, and at the other end what can be done. */
export const PageHead = ({ title, lead, heading, onFocus, onBlur, children }: Props) => (
  <div className={classes['head']}>
    <div className={classes['names']}>
      <h1 className={classes['title']} {...(heading === undefined ? {} : { ref: heading, tabIndex: -1 })}>
        {title}
      </h1>
      {typeof lead === 'string' ? <p className="kt-dim">{lead}</p> : lead}
    </div>
    <div className={classes['actions']} onFocus={onFocus} onBlur={onBlur}>
      {children}
    </div>
  </div>
);
