import { type Actor, CredentialType, LlmProviderId } from '@keyturn/contracts';
import { RotationFilter, RotationPage, Stats } from '@keyturn/contracts/api';
import type { Counted, VaultQueryInput } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts/refusals';
import { type Clock, ok, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import type { AuditClient } from '../clients/audit.ts';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { AUDIT_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_ROTATION_PAGE, SAMPLE_STATS_OF_ALL } from '../samples/stats.ts';

type Deps = { readonly vault: VaultClient; readonly audit: AuditClient; readonly clock: Clock };
type Filter = VaultQueryInput<'credential.count'>['filters'][number];
type Credentials = Stats['credentials'];

const DAY_MS = 86_400_000;
const TYPES = CredentialType.options;
const LLM_PROVIDERS = LlmProviderId.options;

type Before = (days: number) => string;

const filtersOf = (before: Before): Readonly<Record<Exclude<keyof Credentials, 'ages' | 'llmAges'>, Filter>> => ({
  all: {},
  active: { status: 'active' },
  disabled: { status: 'disabled' },
  deleting: { status: 'deleting' },
  untested: { untested: true },
  expiringIn30Days: { expiresBefore: before(-30) },
  expired: { expiresBefore: before(0) },
  overdue: { overdue: true },
  refused: { refused: true },
  needingAttention: { needsAttention: true },
  leftovers: { needs: 'leftover' },
});

const AGES_DAYS = [30, 90] as const;
/** How many there are of each, and how many of them have a value of which age; in the order of both. */
const ageFiltersOf = (before: Before): readonly Filter[] =>
  [...TYPES.map((credentialType) => ({ credentialType })), ...LLM_PROVIDERS.map((llmProvider) => ({ llmProvider }))].flatMap((kind) => [
    kind,
    ...AGES_DAYS.map((days) => ({ ...kind, valueBefore: before(days) })),
  ]);

const FILTERS_OF_A_KIND = 1 + AGES_DAYS.length;

/** Of those that there is one of. */
const agesOf = <Kind extends object>(kinds: readonly Kind[], counts: readonly Counted[]) =>
  kinds.flatMap((kind, index) => {
    const [all, over30Days, over90Days] = counts.slice(FILTERS_OF_A_KIND * index);
    return all?.count === 0 ? [] : [{ ...kind, all, over30Days, over90Days }];
  });

/** All in one reading. */
const countCredentials = async ({ vault, clock }: Deps, actor: Actor): Promise<Result<Credentials, Refusal>> => {
  const nowMs = clock.now().getTime();
  const before: Before = (days) => new Date(nowMs - days * DAY_MS).toISOString();
  const filters = filtersOf(before);
  const names = Object.keys(filters);
  const counted = await vault.query('credential.count', { actor, data: { filters: [...Object.values(filters), ...ageFiltersOf(before)] } });
  if (!counted.ok) return counted;
  const { counts } = counted.value;
  const byName = Object.fromEntries(names.map((name, index) => [name, counts[index]]));
  const ofKinds = counts.slice(names.length);
  const ages = agesOf(
    TYPES.map((credentialType) => ({ credentialType })),
    ofKinds,
  );
  const llmAges = agesOf(
    LLM_PROVIDERS.map((provider) => ({ provider })),
    ofKinds.slice(FILTERS_OF_A_KIND * TYPES.length),
  );
  return ok(Stats.shape.credentials.parse({ ...byName, ages, llmAges }));
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
