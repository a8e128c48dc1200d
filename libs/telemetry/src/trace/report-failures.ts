import { ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../logger.ts';

/** Logs when exporting begins to fail and when it works again, not each batch. Names the error, whose text may hold a token. */
export const reportFailures = (exporter: SpanExporter, log: Logger): SpanExporter => {
  let isFailing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = result.code === ExportResultCode.FAILED;
        if (failed && !isFailing) log.warn('tracing.export-failed', { spans: spans.length, fault: result.error?.name });
        if (!failed && isFailing) log.info('tracing.exports-again');
        isFailing = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  };
};
