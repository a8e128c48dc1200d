import { strings } from '../../strings.ts';
import { StatusBadge } from '../state/status-badge.tsx';
import type { StreamState } from './event-stream.ts';
import { useIsUnanswered } from './use-is-unanswered.ts';

/** Whether what is shown comes by itself. */
export const LiveMark = ({ state }: { readonly state: StreamState }) => {
  const isUnanswered = useIsUnanswered();
  switch (isUnanswered && state === 'live' ? 'lost' : state) {
    case 'live':
      return <StatusBadge tone="good">{strings.live.on}</StatusBadge>;
    case 'connecting':
      return <StatusBadge tone="idle">{strings.live.connecting}</StatusBadge>;
    case 'lost':
      return <StatusBadge tone="warn">{strings.live.off}</StatusBadge>;
  }
};
