import { z } from 'zod';
import type { LoggedEvent } from './run-facts.ts';

export type KnownVersion = {
  readonly version: number;
  readonly username: string;
  /** Null for an import. */
  readonly epoch: number | null;
  /** Revoked or discarded. */
  readonly isOver: boolean;
};

/** What a credential's events say at the end, told without any of the product's own code. */
export type CredentialHistory = {
  readonly current: KnownVersion | null;
  /** How many commits it had, counted by the last of them; null where none is among the events. */
  readonly generation: number | null;
  readonly versions: readonly KnownVersion[];
  /** How each epoch was closed: once, if all is well. */
  readonly ends: ReadonlyMap<number, readonly string[]>;
  /** What is still owed at the provider. */
  readonly ledger: readonly { readonly version: number; readonly providerId: string }[];
};

const Data = z.object({
  version: z.int().optional(),
  epoch: z.int().nullish(),
  to: z.int().optional(),
  generation: z.int().optional(),
  providerId: z.string().optional(),
  publicFields: z.object({ username: z.string() }).partial().optional(),
});

const OVER = new Set(['credential.version-revoked', 'credential.version-discarded']);
const ENDS = new Set(['rotation.completed', 'rotation.failed']);

/** The events that are about one credential. */
export const eventsOf = <Event extends { readonly data: string }>(events: readonly Event[], credentialId: string): Event[] =>
  events.filter(({ data }) => {
    const parsed: unknown = JSON.parse(data);
    return typeof parsed === 'object' && parsed !== null && 'credentialId' in parsed && parsed.credentialId === credentialId;
  });

/** Folds what they say. `opening`: the versions that lived before the first of them; the last one was current. */
export const credentialHistory = (
  events: readonly Pick<LoggedEvent, 'type' | 'data'>[],
  credentialId: string,
  opening: readonly KnownVersion[] = [],
): CredentialHistory => {
  const said = eventsOf(events, credentialId).map(({ type, data }) => ({ type, ...Data.parse(JSON.parse(data)) }));
  const of = (...types: string[]) => said.filter(({ type }) => types.includes(type));
  const over = new Set(said.filter(({ type }) => OVER.has(type)).map(({ version }) => version));
  const staged = of('credential.version-staged').map(({ version = 0, epoch = null, publicFields }) => {
    return { version, epoch, username: publicFields?.username ?? '', isOver: over.has(version) };
  });
  const versions = [...opening.map((known) => ({ ...known, isOver: over.has(known.version) })), ...staged];
  const commit = of('credential.rotated', 'credential.rolled-back').at(-1);
  const to = commit?.to ?? opening.at(-1)?.version;
  const ledger = new Map<number, { version: number; providerId: string }>();
  for (const { type, version = 0, providerId = '' } of of('ledger.recorded', 'ledger.settled')) {
    if (type === 'ledger.recorded') ledger.set(version, { version, providerId });
    else ledger.delete(version);
  }
  const ends = Map.groupBy(
    said.filter(({ type }) => ENDS.has(type)),
    ({ epoch }) => epoch ?? 0,
  );
  return {
    current: versions.find(({ version }) => version === to) ?? null,
    generation: commit?.generation ?? null,
    versions,
    ends: new Map([...ends].map(([epoch, closed]) => [epoch, closed.map(({ type }) => type)])),
    ledger: [...ledger.values()],
  };
};
