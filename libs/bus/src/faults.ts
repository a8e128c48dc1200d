/** Nobody serves the subject, or the one who does can't work now. Asking again with the same command id is safe (HTTP 503). */
export class ServiceUnavailable extends Error {
  override readonly name: string = 'ServiceUnavailable';
  readonly code = 'unavailable';
}

/** Nobody listens on the subject: the service is down, and nothing was done. Known at once, without waiting for a timeout. */
export class NoResponders extends ServiceUnavailable {
  override readonly name = 'NoResponders';
}

/** No answer in time. Unknown whether it was done: repeat with the same command id (HTTP 504). */
export class RequestTimedOut extends Error {
  override readonly name = 'RequestTimedOut';
}

/** The service failed while answering; its log says how. A command may have been done: repeat with the same id (HTTP 500). */
export class ServiceFault extends Error {
  override readonly name = 'ServiceFault';
}
