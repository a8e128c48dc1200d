import { Transition } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { strings } from '../../strings.ts';
import { Notice } from '../state/notice.tsx';
import type { StreamState } from './event-stream.ts';

const PATIENCE_MS = 1200;

/** Says that the live connection is lost, once it is for longer than a blink, and goes by itself. */
export const ConnectionBanner = ({ state }: { readonly state: StreamState }) => {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (state !== 'lost') {
      if (state === 'live') setShown(false);
      return undefined;
    }
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <div role="status" aria-live="polite">
      <Transition mounted={shown} transition="slide-down">
        {(style) => (
          <div style={{ ...style, marginBottom: '1rem' }}>
            <Notice tone="warn" icon={<IconPlugConnectedX size={18} />}>
              {strings.live.lost}
            </Notice>
          </div>
        )}
      </Transition>
    </div>
  );
};
