/** How long to wait before the next try: doubles up to `cap`, and half of it is chance, so instances don't retry in step. */
export const backoff = (attempt: number, { base, cap, random }: { base: number; cap: number; random: number }): number => {
  const whole = Math.min(cap, base * 2 ** Math.min(attempt, 30));
  return whole / 2 + (whole / 2) * random;
};
