import { DatabaseError } from 'pg';
import type { Vault } from '../../app.ts';
import { LogUnavailable } from '../../ports/log-unavailable.ts';

/** The server goes down, starts, has no room or no connections left, or was too slow. */
const OUTAGE_STATES = /^(08|53|57P|25P03|55P03|57014)/;
/** The connection could not be made, or went. */
const OUTAGE_CODES = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ERR_STREAM_DESTROYED)$/;
/** What pg says of it, without a code. */
const OUTAGE_SENTENCES =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client (has encountered a connection error|was closed) and is not queryable|timeout expired)/;

/** Whether the fault says that the database can't be had just now, and nothing of the request that met it. */
export const isOutage = (fault: unknown): boolean => {
  if (!(fault instanceof Error)) return false;
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : '';
  if (fault instanceof DatabaseError) return OUTAGE_STATES.test(code);
  return OUTAGE_CODES.test(code) || OUTAGE_SENTENCES.test(fault.message);
};

const rethrow = (fault: unknown): never => {
  throw isOutage(fault) ? new LogUnavailable(fault) : fault;
};

/** A vault that calls an outage of its database by name wherever it is met, in a read before a decision too: callers hear "not available". */
export const tellOutages = (vault: Vault): Vault => ({
  command: (arrived) => vault.command(arrived).catch(rethrow),
  query: (name, payload) => vault.query(name, payload).catch(rethrow),
  subscriber: (subject, payload, traceparent) => vault.subscriber(subject, payload, traceparent).catch(rethrow),
  keepLeases: (everyMs) => vault.keepLeases(everyMs),
  settleRefusals: (which) => vault.settleRefusals(which),
});
