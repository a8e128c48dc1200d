import type { Bus, Subscribed } from '@keyturn/bus';
import { querySubject } from '@keyturn/contracts';
import type { Logger } from '@keyturn/telemetry';
import { AUDIT_QUERY_NAMES, answerQuery } from './answer-query.ts';
import { guard as createGuard, type GuardDeps } from './integrity/guard.ts';
import type { LostTail } from './ports/lost-tail.ts';
import type { EntrySearch } from './ports/entry-search.ts';
import type { EventSource } from './ports/event-source.ts';
import type { RotationLog } from './ports/rotation-log.ts';
import type { UsageStore } from './ports/usage-store.ts';
import type { WriterLock } from './ports/writer-lock.ts';
import { projector as createProjector } from './projection/projector.ts';
import { rebuilder, type RebuilderDeps } from './rebuild/rebuilder.ts';

export type AuditDeps = Omit<GuardDeps, 'stored'> &
  Pick<RebuilderDeps, 'rebuilds' | 'storeOf' | 'storedOf' | 'pollMs'> & {
    readonly bus: Pick<Bus, 'serve'>;
    readonly search: EntrySearch;
    readonly rotations: RotationLog;
    readonly lost: LostTail;
    readonly usage: UsageStore;
    /** For live events and for a rebuild, each with its own place in the stream and its own lock. */
    readonly live: { readonly source: EventSource; readonly lock: WriterLock };
    readonly anew: { readonly source: EventSource; readonly lock: WriterLock };
    readonly log: Logger;
  };

/** The service: answers queries from the start, projects and rebuilds when it is its turn, until the signal is aborted. */
export const runAudit = async (deps: AuditDeps, signal: AbortSignal): Promise<void> => {
  const { bus, live, anew } = deps;
  const projector = createProjector({ ...deps, ...live });
  const guard = createGuard({ ...deps, stored: deps.storedOf('served') });
  const served: Subscribed[] = AUDIT_QUERY_NAMES.map((name) =>
    bus.serve(querySubject('audit', name), { queue: 'audit' }, ({ payload }) => answerQuery(name, payload, { ...deps, projector, guard })),
  );
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.all([projector.run(signal), rebuilder({ ...deps, ...anew }).run(signal), guard.run(signal), stopped]);
  await Promise.all(served.map((each) => each.stop()));
};
