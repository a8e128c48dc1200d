import { CredentialId } from '@keyturn/contracts';
import { StreamedEvent } from '@keyturn/contracts/api';
import { z } from 'zod';
import type { EventFeed } from '../clients/event-feed.ts';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { QUERY_PROBLEMS } from '../problem-groups.ts';
import { problemResponse } from '../problems.ts';
import { SAMPLE_EVENT } from '../samples/event.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { bearerOf } from '../middleware/authenticate/index.ts';
import { EVENTS_PATH } from './events-path.ts';
import { openEventStream } from './event-stream.ts';
import { hearerOf } from './heard.ts';
import { overFor, type Watching } from './still-heard.ts';
import { type StreamQuota, streamQuota } from './stream-quota.ts';

type Deps = Watching & {
  readonly feed: EventFeed;
  readonly vault: VaultClient;
  readonly streamsPerCaller: number;
};

const HEARTBEAT_MS = 15_000;
const Position = z.coerce.number().int().nonnegative();

export const eventRoutes = ({ streamsPerCaller, ...deps }: Deps): Endpoint[] => {
  const quota = streamQuota(streamsPerCaller);
  return [streamEvents({ ...deps, quota })];
};

const streamEvents = ({ feed, vault, quota, ...deps }: Omit<Deps, 'streamsPerCaller'> & { readonly quota: StreamQuota }): Endpoint =>
  endpoint(
    {
      name: 'streamEvents',
      method: 'get',
      path: EVENTS_PATH,
      tag: 'Events',
      summary: 'Streams events as they are recorded (server-sent events), each as the caller may see it',
      access: 'own-read',
      takes: z.object({ query: z.object({ credentialId: CredentialId.optional() }) }),
      reads: { 'Last-Event-ID': { summary: 'The position that was seen last', schema: Position, example: '4710' } },
      answers: { 200: StreamedEvent },
      media: 'text/event-stream',
      refuses: [...QUERY_PROBLEMS, 'streams-used-up', 'too-many-streams', 'events-unavailable'],
      example: { takes: { query: { credentialId: SAMPLE_CREDENTIAL_ID } }, answers: { 200: SAMPLE_EVENT } },
    },
    async ({ query }, { caller, actor, requestId, header }) => {
      if (caller === null) return problemResponse('unauthenticated', requestId);
      const hearer = await hearerOf({ vault }, actor);
      if (!hearer.ok) return hearer;
      const giveBack = quota.take(caller.id);
      if (giveBack === null) return problemResponse('streams-used-up', requestId);
      const after = Position.safeParse(header('last-event-id') ?? null);
      const stream = openEventStream({
        feed,
        hearer: hearer.value,
        credentialId: query.credentialId ?? null,
        after: header('last-event-id') !== undefined && after.success ? after.data : null,
        lifetimeMs: Math.max(0, caller.expiresAt - deps.clock.now().getTime()),
        heartbeatMs: HEARTBEAT_MS,
        onEnd: giveBack,
        isOver: overFor(deps, caller, bearerOf(header('authorization') ?? '')),
      });
      if (stream === 'full') return problemResponse('too-many-streams', requestId);
      if (stream === 'closed') return problemResponse('events-unavailable', requestId);
      return new Response(stream, { headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' } });
    },
  );
