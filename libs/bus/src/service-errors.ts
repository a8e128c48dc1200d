import type { Headers } from './bus.ts';
import { RequestTimedOut, ServiceFault, ServiceUnavailable } from './faults.ts';

/** The headers with which NATS services answer an error; a body never comes with it, so nothing of the fault gets out. */
export const ERROR_CODE = 'Nats-Service-Error-Code';
export const ERROR_TEXT = 'Nats-Service-Error';

export type ServiceError = '408' | '500' | '503';
const TEXTS: Record<ServiceError, string> = {
  '408': 'the request arrived after its deadline',
  '500': 'the service failed',
  '503': 'the service is not available',
};

export const errorHeaders = (code: ServiceError): Headers => ({ [ERROR_CODE]: code, [ERROR_TEXT]: TEXTS[code] });

/** Which error a handler's fault is answered with: a fault that says `code: 'unavailable'` did nothing, so it is safe to ask again. */
export const errorOf = (fault: unknown): ServiceError =>
  typeof fault === 'object' && fault !== null && 'code' in fault && fault.code === 'unavailable' ? '503' : '500';

/** The fault that an answer stands for, or null where it is a proper answer. */
export const faultOf = (subject: string, headers: Headers): Error | null => {
  const code = headers[ERROR_CODE];
  if (code === undefined) return null;
  if (code === '503') return new ServiceUnavailable(`${subject}: ${TEXTS['503']}`);
  if (code === '408') return new RequestTimedOut(`${subject}: ${TEXTS['408']}; do the clocks agree?`);
  return new ServiceFault(`${subject}: ${TEXTS['500']}`);
};
