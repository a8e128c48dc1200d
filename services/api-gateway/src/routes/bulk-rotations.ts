import {
  BulkMemberStatus,
  BulkReasonBody,
  BulkRotationBody,
  BulkRotationList,
  BulkRotationStanding,
  BulkRotationStarted,
  BulkRotationView,
} from '@keyturn/contracts/api';
import { GetBulkRotation } from '@keyturn/contracts/queries';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Definition, type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_BULK, SAMPLE_BULK_ID, SAMPLE_BULK_STANDING, SAMPLE_BULK_STARTED, SAMPLE_BULK_VIEW } from '../samples/bulk-rotation.ts';

type Deps = { readonly vault: VaultClient };

const COLLECTION = '/api/v1/admin/rotations/bulk';
const ONE = `${COLLECTION}/{bulkId}`;
const COMMON = { tag: 'Rotations' } as const satisfies Partial<Definition>;
const params = z.object({ bulkId: z.uuid() });
const EXAMPLE = { bulkId: SAMPLE_BULK_ID };

const request = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'requestBulkRotation',
      method: 'post',
      path: COLLECTION,
      summary: 'Asks to have every credential of a service, a provider, a type or a tag rotated, or those that are named, a few at a time',
      access: 'admin-write',
      sends: ['bulk-rotation.request'],
      takes: z.object({ body: BulkRotationBody }),
      answers: { 202: BulkRotationStarted },
      tells: ['Location'],
      refuses: [...COMMAND_PROBLEMS, 'bulk-rotation-empty', 'bulk-rotation-too-large', 'restore-unchecked'],
      example: {
        takes: { body: { service: 'postgres', reason: 'manual', note: 'somebody left', maxInFlight: 10, stopAfterFailures: 3 } },
        answers: { 202: SAMPLE_BULK_STARTED },
      },
    },
    async ({ body }, { actor, commandId, requestId }) => {
      const asked = await vault.command('bulk-rotation.request', { commandId, actor, correlationId: requestId, data: body });
      if (!asked.ok) return asked;
      const started = BulkRotationStarted.parse(asked.value);
      return ok({ status: 202, body: started, headers: { location: `${COLLECTION}/${started.bulkId}` } });
    },
  );

const list = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'listBulkRotations',
      method: 'get',
      path: COLLECTION,
      summary: 'Lists the newest 50 bulk rotations, the newest first, with how far each is',
      access: 'admin-read',
      takes: z.object({}),
      answers: { 200: BulkRotationList },
      refuses: QUERY_PROBLEMS,
      example: { answers: { 200: { items: [SAMPLE_BULK] } } },
    },
    async (_input, { actor }) => {
      const found = await vault.query('bulk-rotation.list', { actor, data: {} });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const Paging = z.object({
  member: BulkMemberStatus.optional(),
  cursor: GetBulkRotation.shape.cursor,
  limit: z.coerce.number().int().min(1).max(500).optional(),
});

const read = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'readBulkRotation',
      method: 'get',
      path: ONE,
      summary:
        'Shows one bulk rotation with a page of its credentials: which wait, are under way and at which step, failed or were skipped and why',
      access: 'admin-read',
      takes: z.object({ params, query: Paging }),
      answers: { 200: BulkRotationView },
      refuses: [...QUERY_PROBLEMS, 'bulk-rotation-unknown'],
      example: { takes: { params: EXAMPLE, query: { member: 'running', limit: '100' } }, answers: { 200: SAMPLE_BULK_VIEW } },
    },
    async ({ params: { bulkId }, query }, { actor }) => {
      const found = await vault.query('bulk-rotation.get', { actor, data: { bulkId, ...query } });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const pause = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'pauseBulkRotation',
      method: 'post',
      path: `${ONE}/pause`,
      summary: 'Starts nothing further of it until it is resumed; what is under way goes on',
      access: 'admin-write',
      sends: ['bulk-rotation.pause'],
      takes: z.object({ params, body: BulkReasonBody }),
      answers: { 200: BulkRotationStanding },
      refuses: [...COMMAND_PROBLEMS, 'bulk-rotation-unknown', 'bulk-rotation-over'],
      example: {
        takes: { params: EXAMPLE, body: { reason: 'the provider is slow' } },
        answers: { 200: { ...SAMPLE_BULK_STANDING, status: 'paused' } },
      },
    },
    async ({ params: { bulkId }, body }, { actor, commandId, requestId }) => {
      const data = { bulkId, ...body };
      const done = await vault.command('bulk-rotation.pause', { commandId, actor, correlationId: requestId, data });
      return done.ok ? ok({ status: 200, body: BulkRotationStanding.parse(done.value) }) : done;
    },
  );

const resume = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'resumeBulkRotation',
      method: 'post',
      path: `${ONE}/resume`,
      summary: 'Goes on with a paused one; failures are counted anew',
      access: 'admin-write',
      sends: ['bulk-rotation.resume'],
      takes: z.object({ params }),
      answers: { 200: BulkRotationStanding },
      refuses: [...COMMAND_PROBLEMS, 'bulk-rotation-unknown', 'bulk-rotation-over', 'bulk-rotation-not-paused'],
      example: { takes: { params: EXAMPLE }, answers: { 200: SAMPLE_BULK_STANDING } },
    },
    async ({ params: data }, { actor, commandId, requestId }) => {
      const done = await vault.command('bulk-rotation.resume', { commandId, actor, correlationId: requestId, data });
      return done.ok ? ok({ status: 200, body: BulkRotationStanding.parse(done.value) }) : done;
    },
  );

const cancel = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'cancelBulkRotation',
      method: 'post',
      path: `${ONE}/cancel`,
      summary: 'Starts nothing further of it ever and cancels what waits to be approved; other rotations under way go on to their end',
      access: 'admin-write',
      sends: ['bulk-rotation.cancel'],
      takes: z.object({ params, body: BulkReasonBody }),
      answers: { 200: BulkRotationStanding },
      refuses: [...COMMAND_PROBLEMS, 'bulk-rotation-unknown', 'bulk-rotation-over'],
      example: {
        takes: { params: EXAMPLE, body: { reason: 'the wrong service' } },
        answers: { 200: { ...SAMPLE_BULK_STANDING, status: 'cancelled' } },
      },
    },
    async ({ params: { bulkId }, body }, { actor, commandId, requestId }) => {
      const data = { bulkId, ...body };
      const done = await vault.command('bulk-rotation.cancel', { commandId, actor, correlationId: requestId, data });
      return done.ok ? ok({ status: 200, body: BulkRotationStanding.parse(done.value) }) : done;
    },
  );

/** Many rotations at once, and how far they are. */
export const bulkRotationRoutes = (deps: Deps): Endpoint[] => [
  request(deps),
  list(deps),
  read(deps),
  pause(deps),
  resume(deps),
  cancel(deps),
];
