import { formatRelative, formatExact } from './format-time.ts';
import { useNow } from './use-now.ts';

const TICK_MS = 10_000;

/** "3 minutes ago", with the exact time under the pointer: for lists, whose many rows come and go while one scrolls. */
export const PlainTime = ({ at }: { readonly at: string }) => (
  <time dateTime={at} title={formatExact(at)} className="kt-nowrap">
    {formatRelative(at, useNow(TICK_MS))}
  </time>
);
