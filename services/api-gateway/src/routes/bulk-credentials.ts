import { BulkCredentialsAnswer, BulkCredentialsBody } from '@keyturn/contracts/api';
import type { Refusal, RefusalCode } from '@keyturn/contracts/refusals';
import { ok, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import { beginRequest } from '../begin-request.ts';
import type { VaultClient } from '../clients/vault.ts';
import { stepIdOf } from '../command-id.ts';
import { type Asked, type Endpoint, endpoint } from '../endpoint.ts';
import { ServiceUnavailable, unknownIfAway } from '../faults.ts';
import { detailOfRefusal } from '../problems.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';

type Deps = { readonly vault: VaultClient };
type Item = BulkCredentialsAnswer['items'][number];
type Outcome = Result<unknown, Refusal>;

/** So many commands are under way at once. */
const AT_ONCE = 16;

/** Said of the request, not of one credential. */
const OF_ALL: ReadonlySet<RefusalCode> = new Set(['message-invalid', 'command-reused']);

/** The one command for one credential. A repeat of the request repeats each under its own id. */
const change = (
  { vault }: Deps,
  body: BulkCredentialsBody,
  credentialId: string,
  { actor, commandId, requestId }: Asked,
): Promise<Outcome> => {
  const sent = { commandId: stepIdOf(commandId, credentialId), actor, correlationId: requestId };
  switch (body.action) {
    case 'disable':
      return vault.command('credential.disable', { ...sent, data: { credentialId, reason: body.reason } });
    case 'enable': {
      const { reason } = body;
      return vault.command('credential.enable', { ...sent, data: { credentialId, ...(reason === undefined ? {} : { reason }) } });
    }
    case 'tag':
      return vault.command('credential.change-details', { ...sent, data: { credentialId, changes: {}, addTags: body.tags } });
    case 'untag':
      return vault.command('credential.change-details', { ...sent, data: { credentialId, changes: {}, removeTags: body.tags } });
  }
};

/** Each one's outcome. Where one gets no answer, it is unknown what was done, unless it is known that nothing was. */
const allOf = async (asked: readonly Promise<Outcome>[], isBegun: boolean): Promise<readonly Outcome[]> => {
  const settled = await Promise.allSettled(asked);
  const outcomes = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const faults = settled.flatMap((one): readonly unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  if (faults.length === 0) return outcomes;
  const fault = faults.find((each) => !(each instanceof ServiceUnavailable)) ?? faults[0];
  if (isBegun || outcomes.some(({ ok: isDone }) => isDone)) unknownIfAway(fault);
  throw fault;
};

const itemOf = (credentialId: string, outcome: Outcome): Item =>
  outcome.ok
    ? { credentialId, done: true, code: null, detail: null }
    : { credentialId, done: false, code: outcome.refusal.code, detail: detailOfRefusal(outcome.refusal) ?? null };

const bulkCredentials = (deps: Deps): Endpoint =>
  endpoint(
    {
      name: 'changeManyCredentials',
      method: 'post',
      path: '/api/v1/admin/credentials/bulk',
      tag: 'Credentials',
      summary: 'Enables, disables, tags or untags up to 500 credentials, and says of each what became of it',
      access: 'admin-write',
      sends: ['request.begin', 'credential.disable', 'credential.enable', 'credential.change-details'],
      takes: z.object({ body: BulkCredentialsBody }),
      answers: { 200: BulkCredentialsAnswer },
      refuses: ['message-invalid', 'command-reused', 'vault-unavailable', 'outcome-unknown'],
      example: {
        takes: { body: { action: 'tag', ids: [SAMPLE_CREDENTIAL_ID], tags: ['payments'] } },
        answers: {
          200: { done: 1, refused: 0, items: [{ credentialId: SAMPLE_CREDENTIAL_ID, done: true, code: null, detail: null }] },
        },
      },
    },
    async ({ body }, asked) => {
      const begun = await beginRequest(deps.vault, asked, { operation: 'changeManyCredentials', wish: body });
      if (!begun.ok) return begun;
      const ids = [...new Set(body.ids)];
      const items: Item[] = [];
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        const some = ids.slice(from, from + AT_ONCE);
        const outcomes = await allOf(
          some.map((id) => change(deps, body, id, asked)),
          items.some((item) => item.done),
        );
        const ofAll = outcomes.find((outcome) => !outcome.ok && OF_ALL.has(outcome.refusal.code));
        if (ofAll?.ok === false) return ofAll;
        items.push(...outcomes.map((outcome, index) => itemOf(some[index] ?? '', outcome)));
      }
      const done = items.filter((item) => item.done).length;
      return ok({ status: 200, body: { done, refused: items.length - done, items } satisfies BulkCredentialsAnswer });
    },
  );

/** The same done to many credentials at once. */
export const bulkCredentialRoutes = (deps: Deps): Endpoint[] => [bulkCredentials(deps)];
