import type { QueryKey } from '@tanstack/react-query';
import type { Part } from '../live/live-event.ts';

const root = 'credentials';

/** The keys of everything that the page holds about credentials. A key is a prefix: `list()` covers every search. */
export const credentialKeys = {
  all: [root] as const,
  list: () => [root, 'list'] as const,
  detail: (credentialId: string) => [root, 'detail', credentialId] as const,
  rotation: (credentialId: string, epoch?: number) =>
    epoch === undefined ? ([root, 'rotation', credentialId] as const) : ([root, 'rotation', credentialId, epoch] as const),
  consumers: (credentialId: string) => [root, 'consumers', credentialId] as const,
  timeline: (credentialId: string) => [root, 'timeline', credentialId] as const,
};

/** The key ring, which no credential is about. Under the same root: whoever reads all anew reads it too. */
export const keyRingKey = [root, 'key-ring'] as const;

/** What is registered of consumers: below `consumers`, so that an event about one reads it anew. */
export const registeredConsumersKey = [root, 'consumers', 'registered'] as const;

/** Many rotations at once. */
export const bulkKey = [root, 'bulk'] as const;

/** The key of one part of one credential's state; an event about no credential touches only what is about all of them. */
export const keyOfPart = (part: Part, credentialId: string | null): QueryKey | null => {
  if (part === 'key-ring') return keyRingKey;
  if (part === 'bulk') return bulkKey;
  if (part === 'list') return credentialKeys.list();
  if (credentialId === null) return part === 'consumers' ? [root, 'consumers'] : null;
  return credentialKeys[part](credentialId);
};
