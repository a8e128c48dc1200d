import { useState } from 'react';

/** The value, or while there is none the last one that there was: what is on show stays where what shall follow it can't be read. */
export const useLastKnown = <Value>(value: Value | undefined): Value | undefined => {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
};
