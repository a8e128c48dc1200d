import { pino } from 'pino';
import { lossyOutput } from './lossy-output.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** An event-named logger: `log.info('credential.rotated', { credentialId, version })`. Secrets print as `[sensitive]`. */
export interface Logger {
  debug(event: string, fields?: Fields): void;
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}

const STANDARD_OUTPUT = 1;
/**
 * Writes JSON lines to standard output, `{ time, level, service, event, … }`; an `error` field is written with its cause. Where standard
 * output takes no more, a full disk for instance, lines are lost and `log.lines-lost` says how many; the process goes on.
 */
export const jsonLogger = (service: string, level: string = 'info'): Logger => {
  const output = lossyOutput({ fd: STANDARD_OUTPUT, onLost: (lines) => out.warn({ lines }, 'log.lines-lost') });
  process.once('exit', output.flush);
  const options = {
    level,
    base: { service },
    messageKey: 'event',
    timestamp: pino.stdTimeFunctions.isoTime,
    errorKey: 'error',
    serializers: { error: pino.stdSerializers.errWithCause },
  };
  const out = pino(options, output);
  return {
    debug: (event, fields = {}) => out.debug(fields, event),
    info: (event, fields = {}) => out.info(fields, event),
    warn: (event, fields = {}) => out.warn(fields, event),
    error: (event, fields = {}) => out.error(fields, event),
  };
};

/** Swallows everything: for tests that look at something else. */
export const silentLogger: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
