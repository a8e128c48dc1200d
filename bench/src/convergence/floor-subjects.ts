/** The one NATS user of the floors. It has nothing but these subjects, which no service hears. */
export const FLOOR_CREDS_NAME = 'floor';
export const FLOOR = { notice: 'floor.notice', fetch: 'floor.fetch', ack: 'floor.ack' } as const;
