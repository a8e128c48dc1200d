export const QUERY_TIMEOUT_MS = 5000;
/** A health check that takes longer is itself an answer. */
export const HEALTH_TIMEOUT_MS = 2000;
