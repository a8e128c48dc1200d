/** Where events are streamed. */
export const EVENTS_PATH = '/api/v1/events';
