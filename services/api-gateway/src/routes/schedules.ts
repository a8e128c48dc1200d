import { type Actor } from '@keyturn/contracts';
import { ScheduleBody, ScheduleView } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Definition, type Endpoint, endpoint } from '../endpoint.ts';
import { unknownIfAway } from '../faults.ts';
import { etagOf } from '../if-match.ts';
import { COMMAND_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { SAMPLE_SCHEDULE, SAMPLE_SCHEDULE_BODY } from '../samples/schedule.ts';
import { OfCredential } from './of-credential.ts';

type Deps = { readonly vault: VaultClient };

const ONE = '/api/v1/admin/credentials/{credentialId}/schedule';
const COMMON = { tag: 'Rotations' } as const satisfies Partial<Definition>;
const EXAMPLE = { credentialId: SAMPLE_CREDENTIAL_ID };

/** The revision is read first: a schedule that is newer than its tag is only read again by whoever sends it. */
const readTagged = async ({ vault }: Deps, actor: Actor, credentialId: string) => {
  const of = await vault.query('credential.get', { actor, data: { credentialId } });
  if (!of.ok) return of;
  const found = await vault.query('credential.schedule', { actor, data: { credentialId } });
  return found.ok ? ok({ status: 200, body: found.value, headers: { etag: etagOf(of.value.revision) } }) : found;
};

const read = (deps: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'readSchedule',
      method: 'get',
      path: ONE,
      summary: 'Says when a credential is rotated without anybody’s click, when the next time begins, and why the last one did not',
      access: 'admin-read',
      takes: z.object({ params: OfCredential }),
      answers: { 200: ScheduleView },
      tells: ['ETag'],
      refuses: [...QUERY_PROBLEMS, 'credential-unknown'],
      example: { takes: { params: EXAMPLE }, answers: { 200: SAMPLE_SCHEDULE } },
    },
    ({ params: { credentialId } }, { actor }) => readTagged(deps, actor, credentialId),
  );

const set = (deps: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'setSchedule',
      method: 'put',
      path: ONE,
      summary: 'Sets when a credential is rotated without anybody’s click, or that it isn’t, and when somebody is told that it expires',
      access: 'admin-write',
      sends: ['credential.change-schedule'],
      takes: z.object({ params: OfCredential, body: ScheduleBody }),
      answers: { 200: ScheduleView },
      tells: ['ETag'],
      ifMatch: 'credential-changed',
      refuses: [...COMMAND_PROBLEMS, 'credential-unknown', 'credential-deleted', 'credential-deleting'],
      example: { takes: { params: EXAMPLE, body: SAMPLE_SCHEDULE_BODY }, answers: { 200: SAMPLE_SCHEDULE } },
    },
    async ({ params: { credentialId }, body }, { actor, commandId, requestId, guard }) => {
      const data = { credentialId, ...body };
      const changed = await deps.vault.command('credential.change-schedule', {
        commandId,
        actor,
        correlationId: requestId,
        ...guard,
        data,
      });
      return changed.ok ? readTagged(deps, actor, credentialId).catch(unknownIfAway) : changed;
    },
  );

/** Rotations without anybody's click. */
export const scheduleRoutes = (deps: Deps): Endpoint[] => [read(deps), set(deps)];
