import type { Actor } from '@keyturn/contracts';
import { RotationFilter, RotationPage, Stats } from '@keyturn/contracts/api';
import type { VaultQueryInput } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts/refusals';
import { SYSTEM_SCOPE } from '@keyturn/contracts/scopes';
import { type Clock, ok, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import type { AuditClient } from '../clients/audit.ts';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { AUDIT_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_ROTATION_PAGE, SAMPLE_STATS_OF_ALL } from '../samples/stats.ts';

type Deps = { readonly vault: VaultClient; readonly audit: AuditClient; readonly clock: Clock };
type Filter = VaultQueryInput<'credential.list'>;
type Counted = Stats['credentials']['all'];

const MONTH_MS = 30 * 86_400_000;

const counter =
  ({ vault }: Deps, actor: Actor) =>
  async (filter: Filter): Promise<Result<Counted, Refusal>> => {
    const page = await vault.query('credential.list', { actor, data: { ...filter, scope: SYSTEM_SCOPE, limit: 1 } });
    return page.ok ? ok({ count: page.value.total, atLeast: page.value.totalIsAtLeast }) : page;
  };

const countCredentials = async (deps: Deps, actor: Actor): Promise<Result<Stats['credentials'], Refusal>> => {
  const count = counter(deps, actor);
  const expiresBefore = new Date(deps.clock.now().getTime() + MONTH_MS).toISOString();
  const [all, active, disabled, deleting, untested, expiring] = await Promise.all([
    count({}),
    count({ status: 'active' }),
    count({ status: 'disabled' }),
    count({ status: 'deleting' }),
    count({ untested: true }),
    count({ expiresBefore }),
  ]);
  if (!all.ok) return all;
  if (!active.ok) return active;
  if (!disabled.ok) return disabled;
  if (!deleting.ok) return deleting;
  if (!untested.ok) return untested;
  if (!expiring.ok) return expiring;
  return ok({
    all: all.value,
    active: active.value,
    disabled: disabled.value,
    deleting: deleting.value,
    untested: untested.value,
    expiringIn30Days: expiring.value,
  });
};

const readStats = (deps: Deps): Endpoint =>
  endpoint(
    {
      name: 'readStats',
      method: 'get',
      path: '/api/v1/stats',
      tag: 'Service',
      summary: 'Counts the system’s credentials as they are, consumers, and the rotations of the last 30 days',
      access: 'admin-read',
      takes: z.object({}),
      answers: { 200: Stats },
      refuses: [...QUERY_PROBLEMS, ...AUDIT_PROBLEMS],
      example: { answers: { 200: SAMPLE_STATS_OF_ALL } },
    },
    async (_input, { actor }) => {
      const [credentials, consumers, rotations] = await Promise.all([
        countCredentials(deps, actor),
        deps.vault.query('consumer.list', { actor, data: {} }),
        deps.audit.query('rotations.count', { actor, data: {} }),
      ]);
      if (!credentials.ok) return credentials;
      if (!consumers.ok) return consumers;
      if (!rotations.ok) return rotations;
      const body: Stats = { credentials: credentials.value, consumers: consumers.value.items.length, rotations: rotations.value };
      return ok({ status: 200, body });
    },
  );

const listRotations = ({ audit }: Deps): Endpoint =>
  endpoint(
    {
      name: 'listRotations',
      method: 'get',
      path: '/api/v1/rotations',
      tag: 'Rotations',
      summary: 'Lists the rotations of every credential, the newest first, with how long each took and how fast it converged',
      access: 'admin-read',
      takes: z.object({ query: RotationFilter.extend({ limit: z.coerce.number().int().min(1).max(200).optional() }) }),
      answers: { 200: RotationPage },
      refuses: AUDIT_PROBLEMS,
      example: { takes: { query: { status: 'failed', limit: '50' } }, answers: { 200: SAMPLE_ROTATION_PAGE } },
    },
    async ({ query }, { actor }) => {
      const found = await audit.query('rotations.list', { actor, data: query });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

/** What is told of everything at once. */
export const statsRoutes = (deps: Deps): Endpoint[] => [listRotations(deps), readStats(deps)];
