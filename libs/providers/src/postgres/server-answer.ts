import { EgressRefused, NEVER_A_DATABASE } from '../http/index.ts';
import { AnswerTooLong } from './answer-limit.ts';
import { SocketPathRefused } from './socket-within.ts';

/**
 * What an error of the driver means. Carries the SQLSTATE or the name of the network fault, and never the server's own words,
 * which may repeat what was sent.
 */
export type ServerAnswer =
  | { readonly kind: 'denied'; readonly sqlState: string }
  | { readonly kind: 'not-let-in'; readonly sqlState: string }
  | { readonly kind: 'lacks-privilege'; readonly sqlState: string }
  | { readonly kind: 'refused'; readonly sqlState: string }
  | { readonly kind: 'busy'; readonly sqlState: string }
  /** `isFull`: it is there, and takes nobody more just now. */
  | { readonly kind: 'unreachable'; readonly reason: string; readonly isFull?: true }
  | { readonly kind: 'unknown'; readonly sqlState?: string };

const text = (error: object, key: string): string => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : '';
};

const SQL_STATE = /^[0-9A-Z]{5}$/u;
const NETWORK_FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'it did not answer in time',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  EACCES: 'the connection is not allowed from here',
};
const TLS_FAULT = /CERT|TLS|SSL|SELF_SIGNED|VERIFY/u;
/** The driver's own errors have no code, only these words. */
const DRIVER_FAULTS: readonly (readonly [RegExp, string])[] = [
  [/timeout/iu, 'it did not answer in time'],
  [/terminated|not queryable|closed/iu, 'the connection was cut'],
  [/does not support SSL/u, 'it offers no TLS, and the sslmode demands it'],
  [/SASL|SCRAM/u, 'it could not prove that it knows the password either'],
];

const BUSY = new Set(['55P03', '57014', '40001', '40P01', '25P03', 'XX000']);
const REFUSED_CLASSES = new Set(['0A', '0L', '0P', '22', '23', '28', '2B', '3D', '42', '55']);

const ofSqlState = (sqlState: string, routine: string): ServerAnswer => {
  // pg_hba.conf turns a login away before it looks at the role: that says something about this host, nothing about the password.
  if (sqlState === '28000' && routine === 'ClientAuthentication') return { kind: 'not-let-in', sqlState };
  if (sqlState === '28P01' || sqlState === '28000') return { kind: 'denied', sqlState };
  if (sqlState === '42501') return { kind: 'lacks-privilege', sqlState };
  if (sqlState === '53300') return { kind: 'unreachable', reason: 'it has no free connection', isFull: true };
  if (sqlState.startsWith('57P0') || sqlState.startsWith('08')) return { kind: 'unreachable', reason: 'it is starting or stopping' };
  if (BUSY.has(sqlState)) return { kind: 'busy', sqlState };
  return REFUSED_CLASSES.has(sqlState.slice(0, 2)) ? { kind: 'refused', sqlState } : { kind: 'unknown', sqlState };
};

/** Why no connection was made at all, or why it was ended here. */
const withheld = (thrown: Error): string | undefined => {
  if (thrown instanceof AnswerTooLong) return 'it answers more than any test or change needs';
  if (thrown instanceof SocketPathRefused) return 'its host is the path of a socket, and a database is asked over the network only';
  if (!(thrown instanceof EgressRefused)) return undefined;
  if (NEVER_A_DATABASE.has(thrown.kind)) return `it has a ${thrown.kind} address, at which no database is ever asked`;
  return `it has a ${thrown.kind} address, and DATABASE_EGRESS_ALLOW of the rotation worker doesn't name its network (such as 10.0.0.0/8)`;
};

/** Reads what was thrown by the driver. `unknown` is a bug or a fault of ours. */
export const readServerAnswer = (thrown: unknown): ServerAnswer => {
  if (!(thrown instanceof Error)) return { kind: 'unknown' };
  const notAsked = withheld(thrown);
  if (notAsked !== undefined) return { kind: 'unreachable', reason: notAsked };
  const code = text(thrown, 'code');
  const network = NETWORK_FAULTS[code];
  if (network) return { kind: 'unreachable', reason: network };
  if (SQL_STATE.test(code) && text(thrown, 'severity') !== '') return ofSqlState(code, text(thrown, 'routine'));
  if (TLS_FAULT.test(code)) return { kind: 'unreachable', reason: 'its TLS certificate is not trusted for this host' };
  const driver = DRIVER_FAULTS.find(([words]) => words.test(thrown.message));
  return driver ? { kind: 'unreachable', reason: driver[1] } : { kind: 'unknown' };
};

/** The thrown error without its words: what it was, where the server raised it, and where in our code it came up. */
const scrubbed = (thrown: unknown): Error => {
  if (!(thrown instanceof Error)) return new Error(typeof thrown);
  const kind = `${thrown.name} in ${text(thrown, 'routine') || 'the client'}`;
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /u.test(line));
  const cause = new Error(kind);
  cause.stack = [`Error: ${kind}`, ...frames].join('\n');
  return cause;
};

/** A fault at the provider, to be thrown; neither it nor its cause repeats the server's words. */
export const postgresFault = (doing: string, thrown: unknown): Error => {
  const answer = readServerAnswer(thrown);
  const sqlState = 'sqlState' in answer ? ` (SQLSTATE ${answer.sqlState})` : '';
  return new Error(`Postgres failed while ${doing}${sqlState}`, { cause: scrubbed(thrown) });
};
