import { unknownIfAway } from '../faults.ts';
import type { Actor } from '@keyturn/contracts';
import { type CredentialSummary, ExportedCredential } from '@keyturn/contracts/api';
import { csvOf, exportedOf } from '@keyturn/exports';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_EXPORTED } from '../samples/credential.ts';

type Deps = { readonly vault: VaultClient };
type Format = 'json' | 'csv';

const PAGE = 200;
const MEDIA: Readonly<Record<Format, string>> = { json: 'application/json', csv: 'text/csv; charset=utf-8' };

/** A page as a part of the file; the first one has what stands at its beginning. */
const partOf = (format: Format, items: readonly CredentialSummary[], isFirst: boolean): string => {
  const rows = items.map(exportedOf);
  if (format === 'csv') return csvOf(rows, { header: isFirst });
  return (isFirst ? '[\n' : '') + rows.map((row, index) => (isFirst && index === 0 ? '' : ',\n') + JSON.stringify(row)).join('');
};

const pageOf = ({ vault }: Deps, actor: Actor, cursor: string | null) =>
  vault.query('credential.export', { actor, data: { limit: PAGE, ...(cursor === null ? {} : { cursor }) } });

type Page = Extract<Awaited<ReturnType<typeof pageOf>>, { ok: true }>['value'];

/** The file, a page in memory at a time. A page that doesn't come breaks it off, so that nobody takes a part for the whole. */
async function* fileOf(deps: Deps, actor: Actor, format: Format, first: Page): AsyncGenerator<string> {
  yield partOf(format, first.items, true);
  for (let cursor = first.nextCursor; cursor !== null;) {
    const next = await pageOf(deps, actor, cursor);
    if (!next.ok) throw new Error(`the export broke off: ${next.refusal.code}`);
    yield partOf(format, next.value.items, false);
    cursor = next.value.nextCursor;
  }
  if (format === 'json') yield '\n]\n';
}

export const exportRoutes = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      name: 'exportCredentials',
      method: 'get',
      path: '/api/v1/admin/credentials/export',
      tag: 'Credentials',
      summary: 'Gives what is known of every credential as a file, JSON or CSV, without secrets and without masks; recorded first',
      access: 'admin-read',
      sends: ['credential.record-export'],
      takes: z.object({ query: z.object({ format: z.enum(['json', 'csv']).default('json') }) }),
      answers: { 200: z.array(ExportedCredential) },
      alsoCsv: csvOf([SAMPLE_EXPORTED], { header: true }),
      refuses: [...COMMAND_PROBLEMS, 'recent-login-required'],
      example: { takes: { query: { format: 'json' } }, answers: { 200: [SAMPLE_EXPORTED] } },
    },
    async ({ query: { format } }, { actor, commandId, requestId }) => {
      // No record, no file.
      const recorded = await deps.vault.command('credential.record-export', {
        commandId,
        actor,
        correlationId: requestId,
        data: { format },
      });
      if (!recorded.ok) return recorded;
      const first = await pageOf(deps, actor, null).catch(unknownIfAway);
      if (!first.ok) return first;
      const file = ReadableStream.from(fileOf(deps, actor, format, first.value)).pipeThrough(new TextEncoderStream());
      const headers = {
        'content-type': MEDIA[format],
        'content-disposition': `attachment; filename="credentials.${format}"`,
        'cache-control': 'no-store',
      };
      return new Response(file, { headers });
    },
  ),
];
