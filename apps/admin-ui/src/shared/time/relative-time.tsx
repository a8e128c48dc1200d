import { Tooltip } from '@mantine/core';
import { formatExact, formatRelative } from './format-time.ts';
import { useNow } from './use-now.ts';

const TICK_MS = 10_000;

/** "3 minutes ago", and the exact time on hover, on focus and to a screen reader's `time` element. */
export const RelativeTime = ({ at }: { readonly at: string }) => {
  const now = useNow(TICK_MS);
  return (
    <Tooltip label={formatExact(at)} events={{ hover: true, focus: true, touch: true }} openDelay={200}>
      <time dateTime={at} className="kt-nowrap">
        {formatRelative(at, now)}
      </time>
    </Tooltip>
  );
};
