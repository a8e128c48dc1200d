import { IconCloudOff, IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { strings } from '../../strings.ts';
import { Notice } from '../state/notice.tsx';
import classes from './connection-banner.module.css';
import type { StreamState } from './event-stream.ts';
import { useIsUnanswered } from './use-is-unanswered.ts';

const PATIENCE_MS = 1200;

/** Mounted while the connection is lost; speaks up once that lasts longer than a blink. */
const LostNotice = () => {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!due) return null;
  return (
    <div className={classes['banner']}>
      <Notice tone="warn" icon={<IconPlugConnectedX size={18} />}>
        {strings.live.lost}
      </Notice>
    </div>
  );
};

const UnansweredNotice = () => (
  <div className={classes['banner']}>
    <Notice tone="warn" icon={<IconCloudOff size={18} />}>
      {strings.live.unanswered}
    </Notice>
  </div>
);

/** Says why what is shown may be old: the live connection is lost, or nobody answers. It goes by itself when that is over. */
export const ConnectionBanner = ({ state = 'live' }: { readonly state?: StreamState }) => {
  const isUnanswered = useIsUnanswered();
  return (
    <div role="status" aria-live="polite">
      {state === 'lost' && <LostNotice />}
      {state !== 'lost' && isUnanswered && <UnansweredNotice />}
    </div>
  );
};
