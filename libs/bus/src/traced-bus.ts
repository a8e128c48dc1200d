import { extract, noTracer, type SpanOptions, type Tracer } from '@keyturn/telemetry';
import type { Bus, Headers, Incoming } from './bus.ts';
import { spanNameOf } from './trace-subject.ts';

/**
 * The same bus, whose messages carry the trace that they belong to: one span where a message leaves, another where it arrives. A message
 * that belongs to none (a beat, a health check) makes none.
 */
export const tracedBus = <B extends Bus>(bus: B, tracer: Tracer): B => {
  if (tracer === noTracer) return bus;
  return {
    ...bus,
    request: (subject, payload, options) =>
      tracer.continue(`${spanNameOf(subject)} request`, leaving(subject, 'client', options.headers), async (span) => {
        const reply = await bus.request(subject, payload, { ...options, headers: { ...options.headers, ...tracer.inject() } });
        if ('refusal' in reply) span.fail(reply.refusal.code);
        return reply;
      }),
    serve: (subject, options, handler) =>
      bus.serve(subject, options, (message) =>
        tracer.continue(`${spanNameOf(message.subject)} serve`, arriving(message, 'server'), async (span) => {
          const reply = await handler(message);
          if ('refusal' in reply) span.fail(reply.refusal.code);
          return reply;
        }),
      ),
    publish: (subject, payload, headers) =>
      tracer.continue(`${spanNameOf(subject)} publish`, leaving(subject, 'producer', headers), () =>
        bus.publish(subject, payload, { ...headers, ...tracer.inject() }),
      ),
    subscribe: (subject, handler) =>
      bus.subscribe(subject, (message) =>
        tracer.continue(`${spanNameOf(message.subject)} receive`, arriving(message, 'consumer'), () => handler(message)),
      ),
  };
};

type Kind = NonNullable<SpanOptions['kind']>;

const about = (subject: string) => ({ 'messaging.system': 'nats', 'messaging.destination.name': subject });

const leaving = (subject: string, kind: Kind, headers: Headers = {}): SpanOptions => ({
  kind,
  attributes: about(subject),
  parent: extract(headers), // whoever names a trace knows better than the active context, which may be another message's
});

const arriving = ({ subject, headers }: Incoming, kind: Kind): SpanOptions => ({
  kind,
  attributes: about(subject),
  parent: extract(headers) ?? 'none',
});
