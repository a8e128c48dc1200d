import { setTimeout as wait } from 'node:timers/promises';
import { HEADERS, logSubject, STREAM_NAME } from '@keyturn/contracts/subjects';
import {
  CredentialRolledBack,
  DeletionReported,
  PublishedEvent,
  RotationApproved,
  RotationExtended,
  RotationFailed,
  RotationForced,
  RotationRequested,
  ValueGiven,
} from '@keyturn/contracts/events';
import { extract, noTracer, type Logger, type Tracer } from '@keyturn/telemetry';
import {
  AckPolicy,
  DeliverPolicy,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
  type ConsumerMessages,
  type JsMsg,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { nameFault } from '../../rotation/scrub.ts';
import type { RotationRuns } from '../../ports/rotation-runs.ts';

export const DURABLE = 'rotation-worker';

/** What starts a rotation, and what changes the needs of a running one by somebody else's hand. */
const Heard = z.discriminatedUnion('type', [
  RotationRequested,
  RotationApproved,
  RotationForced,
  RotationExtended,
  CredentialRolledBack,
  RotationFailed,
  ValueGiven,
  DeletionReported,
]);
type Heard = z.infer<typeof Heard>;

const FILTERS = Heard.options.map(({ shape }) => logSubject(shape.type.value));
/** JetStream's words for a consumer of that name with other settings. */
const EXISTS_OTHERWISE: ReadonlySet<number> = new Set([10_013, 10_148]);

const RETRY_MS = 1_000;
const HEARTBEATS_MISSED = 2;
const SECOND_IN_NANOS = 1_000_000_000;

export type Hearing = { readonly stop: () => Promise<void> };
type Deps = { readonly connection: NatsConnection; readonly runs: RotationRuns; readonly log: Logger; readonly tracer?: Tracer };

/**
 * Makes the durable consumer, or finds it, and has it hear what is wanted now. A new one hears only what comes: the sweeper starts what was
 * requested before.
 */
const openConsumer = async (connection: NatsConnection) => {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const wanted = {
    durable_name: DURABLE,
    filter_subjects: FILTERS,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.New,
    ack_wait: 30 * SECOND_IN_NANOS,
  };
  await manager.consumers.add(STREAM_NAME, wanted).catch(async (error: unknown) => {
    if (!(error instanceof JetStreamApiError) || !EXISTS_OTHERWISE.has(error.code)) throw error;
    // An older worker's, which heard less: it keeps its place.
    await manager.consumers.update(STREAM_NAME, DURABLE, { filter_subject: '', filter_subjects: FILTERS });
  });
  return jetstream(connection).consumers.get(STREAM_NAME, DURABLE);
};

const readHeard = (message: JsMsg): Heard | undefined => {
  try {
    const { type, data } = PublishedEvent.parse(message.json()).data;
    return Heard.parse({ type, data });
  } catch {
    return undefined;
  }
};

const actOn = async ({ runs, log }: Pick<Deps, 'runs' | 'log'>, { type, data }: Heard): Promise<void> => {
  const { credentialId, epoch } = data;
  if (type === 'rotation.requested') {
    const { address, reason } = data;
    const { runId } = await runs.start({ credentialId, epoch: data.epoch, address, reason }, { unlessEnded: true });
    log.info('rotation.heard', { credentialId, epoch, runId });
    return;
  }
  // A rollback of before it named its rotation: the run looks anyway.
  if (epoch !== undefined) await runs.wake({ credentialId, epoch });
};

const handle = async ({ runs, log }: Deps, message: JsMsg): Promise<void> => {
  const heard = readHeard(message);
  if (!heard) {
    log.error('rotation.request-unreadable', { subject: message.subject, sequence: message.seq });
    message.term('nothing that starts a rotation or changes what it needs');
    return;
  }
  const { credentialId, epoch } = heard.data;
  try {
    await actOn({ runs, log }, heard);
    message.ack();
  } catch (error) {
    log.warn('rotation.start-failed', { credentialId, epoch, fault: nameFault(error) });
    message.nak(RETRY_MS);
  }
};

/** The same inside the trace of the request, which the run then continues. */
const handleTraced = (deps: Deps, message: JsMsg): Promise<void> => {
  const parent = extract({ traceparent: message.headers?.get(HEADERS.traceparent) }) ?? 'none';
  const attributes = { 'messaging.system': 'nats', 'messaging.destination.name': message.subject };
  return (deps.tracer ?? noTracer).continue(`${message.subject} process`, { kind: 'consumer', parent, attributes }, () =>
    handle(deps, message),
  );
};

/** A consumer that JetStream lost goes silent and nothing else, so its missing heartbeats end it, and the loop opens it anew. */
const stopWhenSilent = async (messages: ConsumerMessages): Promise<void> => {
  for await (const status of messages.status()) {
    if (status.type === 'heartbeats_missed' && status.count >= HEARTBEATS_MISSED) messages.stop();
    if (status.type === 'consumer_deleted' || status.type === 'stream_not_found' || status.type === 'consumer_not_found') messages.stop();
  }
};

/**
 * Starts a rotation as soon as its request is published, and wakes it when somebody cancels it or takes its commit back. Only a hint: whatever
 * is missed here, with the stream emptied or NATS gone, the sweeper finds at the vault.
 */
export const hearRotationRequests = (deps: Deps): Hearing => {
  const stopping = new AbortController();
  let messages: ConsumerMessages | undefined;
  const hearOnce = async (): Promise<void> => {
    const consumer = await openConsumer(deps.connection);
    messages = await consumer.consume({ max_messages: 10, expires: 10_000, idle_heartbeat: 2_000 });
    if (stopping.signal.aborted) messages.stop();
    void stopWhenSilent(messages).catch(() => undefined);
    deps.log.info('events.hearing', { stream: STREAM_NAME, durable: DURABLE });
    for await (const message of messages) await handleTraced(deps, message);
  };
  const hear = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await hearOnce().catch((error: unknown) => deps.log.warn('events.hearing-lost', { fault: nameFault(error) }));
      await wait(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ended = hear();
  return {
    stop: () => {
      stopping.abort();
      messages?.stop();
      return ended;
    },
  };
};
