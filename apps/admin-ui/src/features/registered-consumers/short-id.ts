/** The end of an id: enough to tell a few apart. */
export const shortId = (id: string): string => `…${id.slice(-8)}`;
