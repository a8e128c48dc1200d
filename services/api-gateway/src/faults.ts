/** A service behind the gateway gave no answer. Nothing was done. */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
  readonly service: 'vault' | 'audit' | 'identity-provider';

  constructor(service: 'vault' | 'audit' | 'identity-provider', options?: ErrorOptions) {
    super(`${service} is unavailable`, options);
    this.service = service;
  }
}

/** A command was sent and no answer came in time: it may have been carried out. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** For what comes after something was done: who gets no answer then may ask again. */
export const unknownIfAway = (fault: unknown): never => {
  if (fault instanceof ServiceUnavailable) throw new OutcomeUnknown(`the ${fault.service} went away in the middle`, { cause: fault });
  throw fault;
};
