import { useState } from 'react';

/** Whether it has been so since it is on the page. What comes only when it is opened, say, stays from then on, so that it can also close. */
export const useWasEver = (isSo: boolean): boolean => {
  const [was, setWas] = useState(isSo);
  if (isSo && !was) setWas(true);
  return was || isSo;
};
