import { type Bus, RequestTimedOut, ServiceUnavailable as BusUnavailable } from '@keyturn/bus';
import { querySubject } from '@keyturn/contracts';
import { AUDIT_QUERIES_TABLE, type AuditQueryAnswer, type AuditQueryName } from '@keyturn/contracts/queries';
import { ok, refuse } from '@keyturn/kernel';
import type { z } from 'zod';
import { ServiceUnavailable } from '../faults.ts';
import type { AuditClient } from './audit.ts';
import { HEALTH_TIMEOUT_MS, QUERY_TIMEOUT_MS } from './timeouts.ts';

/** The same table, in a type from which the compiler sees that a name's schema gives that name's answer. */
const ANSWERS: { readonly [Name in AuditQueryName]: { readonly answer: z.ZodType<AuditQueryAnswer<Name>> } } = AUDIT_QUERIES_TABLE;

export const natsAudit = ({ bus }: { readonly bus: Pick<Bus, 'request'> }): AuditClient => ({
  query: async (name, message) => {
    const timeoutMs = name === 'health.check' ? HEALTH_TIMEOUT_MS : QUERY_TIMEOUT_MS;
    const reply = await bus.request(querySubject('audit', name), message, { timeoutMs }).catch((fault: unknown) => {
      const silent = fault instanceof RequestTimedOut || fault instanceof BusUnavailable;
      throw silent ? new ServiceUnavailable('audit', { cause: fault }) : fault;
    });
    return 'refusal' in reply ? refuse(reply.refusal) : ok(ANSWERS[name].answer.parse(reply.ok));
  },
});
