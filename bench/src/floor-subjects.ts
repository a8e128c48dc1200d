/** The one NATS user of the floors. It has nothing but these subjects, which no service hears, and may make one stream of its own. */
export const FLOOR_CREDS_NAME = 'floor';
/** Of convergence. */
export const FLOOR = { notice: 'floor.notice', fetch: 'floor.fetch', ack: 'floor.ack' } as const;
/** Of the bare work of a command. */
export const BARE = { command: 'floor.command', events: 'floor.events', stream: 'FLOOR' } as const;
/** What makes that stream: JetStream's API, asked directly. */
export const MAKE_STREAM = `$JS.API.STREAM.CREATE.${BARE.stream}`;
