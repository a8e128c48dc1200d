const HOUR_MS = 3_600_000;

/** The browser's clock and its source of ids: the only place that reads either. */
export const now = (): number => Date.now();
export const newId = (): string => crypto.randomUUID();

/** When this hour began: for questions about days, so that asking again is the same question. */
export const thisHour = (): number => Math.floor(now() / HOUR_MS) * HOUR_MS;
