import type { Bus, Subscribed } from '@keyturn/bus';
import { querySubject } from '@keyturn/contracts';
import type { Logger } from '@keyturn/telemetry';
import { AUDIT_QUERY_NAMES, answerQuery } from './answer-query.ts';
import type { EntryStore } from './ports/entry-store.ts';
import type { EventSource } from './ports/event-source.ts';
import type { WriterLock } from './ports/writer-lock.ts';
import { projector as createProjector } from './projection/projector.ts';

export type AuditDeps = {
  readonly bus: Pick<Bus, 'serve'>;
  readonly store: EntryStore;
  readonly source: EventSource;
  readonly lock: WriterLock;
  readonly log: Logger;
};

/** The service: answers queries from the start, projects when it is its turn, until the signal is aborted. */
export const runAudit = async ({ bus, store, source, lock, log }: AuditDeps, signal: AbortSignal): Promise<void> => {
  const projector = createProjector({ store, source, lock, log });
  const served: Subscribed[] = AUDIT_QUERY_NAMES.map((name) =>
    bus.serve(querySubject('audit', name), { queue: 'audit' }, ({ payload }) => answerQuery(name, payload, { store, projector })),
  );
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.all([projector.run(signal), stopped]);
  await Promise.all(served.map((each) => each.stop()));
};
