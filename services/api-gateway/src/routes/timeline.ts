import { AuditFilter, Timeline } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { AuditClient } from '../clients/audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { AUDIT_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_ENTRY } from '../samples/event.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { OfCredential } from './of-credential.ts';

type Deps = { readonly audit: AuditClient };

const FULL = 200;

/** `cursor`: the last page's `nextCursor`, in the same order; instead of `after` or `before`. */
const Page = z
  .object({
    cursor: AuditFilter.shape.cursor,
    after: z.coerce.number().int().nonnegative().optional(),
    before: z.coerce.number().int().positive().optional(),
    order: z.enum(['oldest', 'newest']).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(FULL),
  })
  .refine(({ cursor, after, before }) => cursor === undefined || (after ?? before) === undefined, {
    path: ['cursor'],
    error: 'either a cursor, or after and before',
  });

type Page = z.output<typeof Page>;

const placeOf = ({ cursor, order, limit, after, before }: Page) => {
  const place = cursor === undefined ? { after, before } : { [order === 'newest' ? 'before' : 'after']: Number(cursor) };
  return { ...place, order, limit };
};

export const timelineRoutes = ({ audit }: Deps): Endpoint[] => [
  endpoint(
    {
      name: 'readTimeline',
      method: 'get',
      path: '/api/v1/admin/credentials/{credentialId}/timeline',
      tag: 'Events',
      summary: 'Reads what happened to a credential, oldest first or newest first',
      access: 'admin-read',
      takes: z.object({ params: OfCredential, query: Page }),
      answers: { 200: Timeline },
      refuses: AUDIT_PROBLEMS,
      example: {
        takes: { params: { credentialId: SAMPLE_CREDENTIAL_ID }, query: { cursor: '4700', limit: '200' } },
        answers: { 200: { items: [SAMPLE_ENTRY], projectedTo: 4711, total: 1, nextCursor: null } },
      },
    },
    async ({ params: { credentialId }, query }, { actor }) => {
      const found = await audit.query('timeline.read', { actor, data: { ...placeOf(query), credentialId } });
      if (!found.ok) return found;
      const { items } = found.value;
      const last = items.length < query.limit ? undefined : items.at(-1);
      return ok({ status: 200, body: { ...found.value, nextCursor: last ? String(last.position) : null } satisfies Timeline });
    },
  ),
];
