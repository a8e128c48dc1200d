import type { Reply } from '@keyturn/contracts';
import { Beat, type BeatAnswer, Goodbye } from '@keyturn/contracts/subscriber';
import { invalid } from '../commands/handle-command.ts';
import type { PendingOf } from '../ports/lease-store.ts';
import { acknowledge } from './acknowledge.ts';
import { fetchSecret, type FetchDeps } from './fetch.ts';
import { recordEnding } from './lease-endings.ts';
import { nameOf, readSubject, type Subscriber } from './subscriber.ts';

const preflightsFor = (name: string, pending: readonly PendingOf[]): NonNullable<BeatAnswer['preflights']> =>
  pending.flatMap(({ waitingFor, ...asked }) => (waitingFor.includes(name) ? [asked] : []));

const beat = async (deps: FetchDeps, { consumer, instance }: Subscriber, payload: unknown): Promise<Reply> => {
  const said = Beat.safeParse(payload);
  if (!said.success) return invalid(said.error);
  const { seq, holds } = said.data;
  const { current, pending, unknown } = await deps.leases.beat({ consumer, instance, seq, holds });
  // Its beat is heard, and it is told nothing: whatever it holds is better than what nobody has tested.
  if (deps.hold.restore()) return { ok: { current: [] } };
  const preflights = preflightsFor(nameOf({ consumer, instance }), pending);
  return { ok: { current, ...(preflights.length > 0 ? { preflights } : {}), ...(unknown.length > 0 ? { unknown } : {}) } };
};

const goodbye = async (deps: FetchDeps, subscriber: Subscriber, payload: unknown): Promise<Reply> => {
  const said = Goodbye.safeParse(payload);
  if (!said.success) return invalid(said.error);
  const { consumer, instance } = subscriber;
  const ending = await deps.endings.goodbye({ consumer, instance, seq: said.data.seq });
  if (ending) await recordEnding(deps, ending);
  return { ok: {} };
};

/** Answers what an instance asks on its own subjects. Who it is stands in the subject, and nowhere else. */
export const handleSubscriber = async (deps: FetchDeps, subject: string, payload: unknown, traceparent?: string): Promise<Reply> => {
  const { verb, ...subscriber } = readSubject(subject);
  switch (verb) {
    case 'beat':
      return beat(deps, subscriber, payload);
    case 'fetch':
      return fetchSecret(deps, subscriber, subject, payload, traceparent);
    case 'ack':
      return acknowledge(deps, subscriber, payload, traceparent);
    case 'goodbye':
      return goodbye(deps, subscriber, payload);
    case 'sealing-keys':
      return { ok: await deps.ring.published() };
    default:
      return { refusal: { code: 'message-invalid', issues: ['there is no such request'] } };
  }
};
