import { Timeline } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { get } from '../../shared/api/request.ts';
import { joinTimelines } from './join-timelines.ts';

const PAGE = 200;
const MOST_PAGES = 25;

const readPage = (credentialId: string, after: number, signal: AbortSignal): Promise<Timeline> =>
  get(`/api/v1/admin/credentials/${encodeURIComponent(credentialId)}/timeline?after=${after}&limit=${PAGE}`, Timeline, { signal });

export const timelineQueries = {
  /** Every entry, oldest first. Entries never change, so what is known is kept and only what came after it is read. */
  of: (credentialId: string) => {
    const queryKey = credentialKeys.timeline(credentialId);
    return queryOptions({
      queryKey,
      queryFn: async ({ client, signal }): Promise<Timeline> => {
        let known = client.getQueryData<Timeline>(queryKey) ?? { items: [], projectedTo: 0, total: 0 };
        for (let page = 0; page < MOST_PAGES; page += 1) {
          const next = await readPage(credentialId, known.items.at(-1)?.position ?? 0, signal);
          known = joinTimelines(known, next);
          if (next.items.length < PAGE) break;
        }
        return known;
      },
    });
  },
};
