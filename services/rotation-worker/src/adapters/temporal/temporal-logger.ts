import type { Logger } from '@keyturn/telemetry';
import type { Logger as TemporalLogger, LogLevel, LogMetadata } from '@temporalio/common';
import { nameFault } from '../../rotation/scrub.ts';

const WORDS = ['activityType', 'workflowType', 'workflowId', 'attempt', 'taskQueue'] as const;

/** Keeps what identifies a log line, and names its error; foreign texts stay out of the log. */
const fieldsOf = (meta: LogMetadata | undefined) => ({
  ...Object.fromEntries(WORDS.flatMap((word) => (meta?.[word] === undefined ? [] : [[word, meta[word]]]))),
  ...(meta?.['error'] === undefined ? {} : { fault: nameFault(meta['error']) }),
});

const FAILED_ACTIVITY = 'Activity failed';

/** Writes what Temporal's SDK logs into ours; its chatter only at `debug`. */
export const temporalLogger = (log: Logger): TemporalLogger => {
  const write = (level: LogLevel, message: string, meta?: LogMetadata): void => {
    if (message === FAILED_ACTIVITY) return; // already logged where it failed, with its reason
    const fields = { message, ...fieldsOf(meta) };
    if (level === 'ERROR') log.error('temporal.log', fields);
    else if (level === 'WARN') log.warn('temporal.log', fields);
    else log.debug('temporal.log', fields);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
};
