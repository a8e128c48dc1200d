import { Timeline } from '@keyturn/contracts/api';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { get } from '../../shared/api/request.ts';
import { joinNewer, joinOlder } from './join-timelines.ts';

const PAGE = 100;
const MOST_PAGES = 25;

type Cursor = { readonly after: number } | { readonly before: number } | 'newest';

const readPage = (credentialId: string, cursor: Cursor, signal?: AbortSignal): Promise<Timeline> => {
  const from = cursor === 'newest' ? {} : cursor;
  const order = 'after' in from ? 'oldest' : 'newest';
  const search = new URLSearchParams({ order, limit: String(PAGE) });
  for (const [name, position] of Object.entries(from)) search.set(name, String(position));
  const path = `/api/v1/admin/credentials/${encodeURIComponent(credentialId)}/timeline?${search.toString()}`;
  return get(path, Timeline, signal === undefined ? {} : { signal });
};

export const timelineQueries = {
  /** The newest entries, the newest first. Entries never change, so what is known is kept and only what came after it is read. */
  of: (credentialId: string) => {
    const queryKey = credentialKeys.timeline(credentialId);
    return queryOptions({
      queryKey,
      queryFn: async ({ client, signal }): Promise<Timeline> => {
        const begun = client.getQueryData<Timeline>(queryKey);
        if (begun === undefined || begun.items.length === 0) return readPage(credentialId, 'newest', signal);
        let known = begun;
        for (let page = 0; page < MOST_PAGES; page += 1) {
          const next = await readPage(credentialId, { after: known.items[0]?.position ?? 0 }, signal);
          known = joinNewer(known, next);
          if (next.items.length < PAGE) break;
        }
        // What was read of older ones meanwhile is there already.
        return joinOlder(known, client.getQueryData<Timeline>(queryKey)?.items ?? []);
      },
    });
  },
};

/** Reads the page of entries before the oldest one that is known, and puts it to them. */
export const readOlder = async (client: QueryClient, credentialId: string): Promise<void> => {
  const queryKey = credentialKeys.timeline(credentialId);
  const oldest = client.getQueryData<Timeline>(queryKey)?.items.at(-1);
  if (oldest === undefined) return;
  const { items } = await readPage(credentialId, { before: oldest.position });
  client.setQueryData<Timeline>(queryKey, (known) => known && joinOlder(known, items));
};
