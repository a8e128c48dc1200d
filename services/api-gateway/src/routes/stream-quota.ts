/** How many event streams each caller has open at this gateway, so that one page gone wild takes no stream from the others. */
export interface StreamQuota {
  /** Counts one more, until the returned function is called; null where the caller has its share. */
  take(callerId: string): (() => void) | null;
}

export const streamQuota = (perCaller: number): StreamQuota => {
  const open = new Map<string, number>();
  return {
    take: (callerId) => {
      const count = open.get(callerId) ?? 0;
      if (count >= perCaller) return null;
      open.set(callerId, count + 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        const left = (open.get(callerId) ?? 1) - 1;
        if (left === 0) open.delete(callerId);
        else open.set(callerId, left);
      };
    },
  };
};
