import { useEffect, useState } from 'react';
import { now } from './clock.ts';

/** The current time, read anew every `everyMs`; `null` stops the clock. */
export const useNow = (everyMs: number | null): number => {
  const [time, setTime] = useState(now);
  useEffect(() => {
    if (everyMs === null) return undefined;
    const timer = setInterval(() => setTime(now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return time;
};
