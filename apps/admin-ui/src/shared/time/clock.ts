/** The browser's clock and its source of ids: the only place that reads either. */
export const now = (): number => Date.now();
export const newId = (): string => crypto.randomUUID();
