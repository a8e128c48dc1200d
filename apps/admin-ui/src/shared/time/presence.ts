import { now } from './clock.ts';

const AWAY_AFTER_MS = 60_000;
const TOUCHES = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

/** Whether a person is at the page: a request of a page that was left alone is not to keep its session alive. */
export const presence = (now: () => number) => {
  let touchedAt = now();
  return {
    touch: (): void => {
      touchedAt = now();
    },
    isAway: (): boolean => now() - touchedAt >= AWAY_AFTER_MS,
  };
};
export type Presence = ReturnType<typeof presence>;

/** Notes every touch of the window. */
export const watchPresence = (target: Pick<Window, 'addEventListener'>, { touch }: Presence): void => {
  for (const event of TOUCHES) target.addEventListener(event, touch, { passive: true, capture: true });
};

/** The person before this page. */
export const person = presence(now);
