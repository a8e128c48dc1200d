import { useState } from 'react';

/** Whether it has been open since it is on the page. What comes only when it is opened stays from then on, so that it can also close. */
export const useWasOpened = (isOpen: boolean): boolean => {
  const [wasOpened, setWasOpened] = useState(false);
  if (isOpen && !wasOpened) setWasOpened(true);
  return wasOpened;
};
