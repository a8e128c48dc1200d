import { z } from 'zod';
import { credentialHistory, type CredentialHistory } from '../credential-history.ts';
import type { RunRecord } from './run-record.ts';

const Data = z.looseObject({
  credentialId: z.string().optional(),
  version: z.int().optional(),
  epoch: z.int().nullish(),
  from: z.int().nullish(),
  to: z.int().optional(),
  generation: z.int().optional(),
  instance: z.string().optional(),
  providerId: z.string().optional(),
  publicFields: z.looseObject({ username: z.string().optional() }).optional(),
});
export type ToldEvent = z.infer<typeof Data> & { readonly type: string; readonly at: string; readonly position: number };

/** A run's events that are about its credential, read, with what they come to. */
export type Told = { readonly events: readonly ToldEvent[]; readonly history: CredentialHistory };

export const tell = ({ events, credentialId, opening }: Pick<RunRecord, 'events' | 'credentialId' | 'opening'>): Told => {
  const read = events.map(({ type, data, recordedAt: at, position }) => ({ ...Data.parse(JSON.parse(data)), type, at, position }));
  return {
    events: read.filter((event) => event.credentialId === credentialId),
    history: credentialHistory(events, credentialId, [{ version: opening.version, username: opening.login, epoch: null, isOver: false }]),
  };
};

/** How the provider's log names a version: by its role, or by what the subscribers' own logs say of its value. */
export const loginOf = (record: RunRecord, { history }: Told, version: number): string | undefined => {
  const { opening, strategy, uses } = record;
  if (version === opening.version) return opening.login;
  if (strategy === 'chosen') return history.versions.find((known) => known.version === version)?.username;
  return uses.find((used) => used.version === version)?.login;
};

/** The version that was revoked last, of those that a subscriber used. */
export const lastRevoked = ({ uses, opening }: Pick<RunRecord, 'uses' | 'opening'>, { events }: Told): number | undefined =>
  events.findLast(({ type, version }) => {
    return type === 'credential.version-revoked' && (version === opening.version || uses.some((used) => used.version === version));
  })?.version;

/**
 * The instances that have used the version that was revoked last, and have not tried it since. One that was killed has forgotten it, and does
 * not have to; nobody has to in a record of before they tried.
 */
export const untriedBy = (record: Omit<RunRecord, 'leaks'>, told: Told, since: string): string[] => {
  const { oldTries, instances, uses, fault } = record;
  const version = lastRevoked(record, told);
  if (version === undefined || !oldTries) return [];
  const know = instances.filter((instance) => {
    return !fault.subscribers.includes(instance) && uses.some((used) => used.instance === instance && used.version === version);
  });
  return know.filter(
    (instance) => !oldTries.some((tried) => tried.instance === instance && tried.version === version && tried.from >= since),
  );
};

export const time = (at: string): number => Date.parse(at);
