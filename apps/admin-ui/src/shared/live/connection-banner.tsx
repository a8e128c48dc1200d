import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { strings } from '../../strings.ts';
import { Notice } from '../state/notice.tsx';
import classes from './connection-banner.module.css';
import type { StreamState } from './event-stream.ts';

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

/** Says that the live connection is lost, and goes by itself when it is back. */
export const ConnectionBanner = ({ state }: { readonly state: StreamState }) => (
  <div role="status" aria-live="polite">
    {state === 'lost' && <LostNotice />}
  </div>
);
