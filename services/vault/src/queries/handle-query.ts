import { type Actor, partsOf, QueryMessage, type Reply } from '@keyturn/contracts';
import { type NextStep, VAULT_QUERIES_TABLE, type VaultQueryAnswer, type VaultQueryName } from '@keyturn/contracts/queries';
import { legacyUserScope, SYSTEM_SCOPE } from '@keyturn/contracts/scopes';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { Refusal } from '@keyturn/contracts';
import type { z } from 'zod';
import { refuseQueryUnlessAllowed } from '../commands/authorise.ts';
import { refuseUnlessRecent } from '../commands/recent-login.ts';
import { invalid } from '../commands/handle-command.ts';
import { isStorable } from '../storable.ts';
import { leaseState } from '../credential/lease-fact.ts';
import { nextStep } from '../credential/next-step.ts';
import type { Facts } from '../credential/awaited.ts';
import { credentialView, deletedView, rotationView } from '../credential/views.ts';
import { knownOf, type RegisteredCredential, unregistered } from '../credential/state.ts';
import { unsettledOf } from '../credential/unsettled.ts';
import { policyInForce } from '../credential/waits.ts';
import type { VaultDeps } from '../deps.ts';
import { readWithFacts } from '../facts.ts';
import { readCursor } from '../ports/list-cursor.ts';
import { credentialFold, defaultFold, legacyUserFold, personFold, streamOf } from '../folds.ts';
import { dryRunRotation } from './dry-run.ts';
import { getBackup, listBackups } from './backup-view.ts';
import { restoreView } from './restore-view.ts';
import { findChange, listErrands, listTests, listVersions } from './lifecycle-queries.ts';
import { getRegistered, listRegistered, listTokens } from './consumer-queries.ts';
import { chooseExecutionServer } from '../execution-servers/choose.ts';
import { scheduleOf } from './schedule-queries.ts';
import { getBulkRotation, listBulkRotations } from './bulk-rotation-queries.ts';
import { getExecutionServer, listExecutionServers } from './execution-server-queries.ts';
import { llmChoiceOf, llmConfigOf } from './llm-queries.ts';
import { keyRingView } from './key-ring-view.ts';

type Asked<Name extends VaultQueryName> = z.infer<(typeof VAULT_QUERIES_TABLE)[Name]['data']>;
type Answered<Name extends VaultQueryName> = Promise<Result<VaultQueryAnswer<Name>, Refusal>>;
export type QueryDeps = VaultDeps & { readonly health: () => Promise<VaultQueryAnswer<'health.check'>> };

type Known = { readonly state: RegisteredCredential; readonly facts: Facts };

const loadWithFacts = async (deps: VaultDeps, credentialId: string): Promise<Result<Known, Refusal>> => {
  const { state, facts } = await readWithFacts(deps, credentialId);
  const known = knownOf(state);
  return known ? ok({ state: known, facts }) : refuse({ code: 'credential-unknown' });
};

const getCredential = async (deps: VaultDeps, asked: Asked<'credential.get'>): Answered<'credential.get'> => {
  const id = 'address' in asked ? await deps.table.idOf(asked.address) : asked.credentialId;
  if (id === null) return refuse({ code: 'credential-unknown' });
  const { state, facts } = await readWithFacts(deps, id);
  if (state.status === 'unregistered') return refuse({ code: 'credential-unknown' });
  if (state.status === 'deleted') return ok(deletedView(state, facts));
  const { scope, service } = partsOf(state.address);
  const marked = await deps.log.state(defaultFold, streamOf.default(scope, service));
  return ok(credentialView(state, facts, { isDefault: marked === state.credentialId, backupRetentionDays: deps.backupRetentionDays }));
};

const listEnvironment = async (deps: VaultDeps): Answered<'environment.list'> => {
  const items = deps.environment.map(async ({ service, credentialType, address, publicFields, masks, variables }) => {
    const stored = await deps.table.candidates({ userScope: null, service, credentialType });
    return { service, credentialType, address, publicFields, masks, variables: [...variables], overruled: stored.length > 0 };
  });
  return ok({ items: await Promise.all(items) });
};

const findLegacyUsers = async (deps: VaultDeps, { legacyIds }: Asked<'legacy-user.find'>): Answered<'legacy-user.find'> => {
  const items = legacyIds.map(async (legacyId) => {
    const legacyScope = legacyUserScope(legacyId);
    const mapped = await deps.log.state(legacyUserFold, streamOf.legacyUser(legacyScope));
    return { legacyId, ...(mapped ?? { scope: legacyScope, issuer: null, subject: null }) };
  });
  return ok({ items: await Promise.all(items) });
};

const listConsumers = async (deps: VaultDeps, { credentialId }: Asked<'credential.consumers'>): Answered<'credential.consumers'> => {
  const known = await loadWithFacts(deps, credentialId);
  if (!known.ok) return known;
  const { state, facts } = known.value;
  const seen = await deps.consumers.lastSeenFrom(facts.leases.map(({ consumer, instance }) => streamOf.lease(consumer, instance)));
  const items = facts.leases.map((lease) => {
    const { consumer, instance, lastBeatAt } = lease;
    const from = seen.get(streamOf.lease(consumer, instance)) ?? null;
    const said = state.acknowledged[`${consumer}/${instance}`];
    const acknowledged = said?.ok ? said.generation : null;
    const nack = said && !said.ok ? said.sentence : null;
    const standing = leaseState(lease, policyInForce(state));
    return { consumer, instance, state: standing, lastBeatAt, holds: [...lease.holds], from, acknowledged, nack };
  });
  return ok({ items });
};

const getRotation = async (deps: VaultDeps, { credentialId, epoch }: Asked<'rotation.get'>): Answered<'rotation.get'> => {
  const known = await loadWithFacts(deps, credentialId);
  if (!known.ok) return known;
  const { state, facts } = known.value;
  const rotation = state.rotations[epoch - 1];
  return rotation ? ok(rotationView(state, rotation, facts)) : refuse({ code: 'rotation-unknown', epoch });
};

/** As long as a run sleeps before it asks again. */
const PAUSE_MS = 5_000;

/** Nothing goes on at a provider before what a restore brought back is checked: a run sleeps, as it does while a version soaks. */
const pausedStep = ({ current }: RegisteredCredential, { credentialId, address, epoch, incarnation }: NextStep): NextStep => ({
  credentialId,
  address,
  epoch,
  incarnation,
  sentence: 'Waiting until every current version is tested after the restore, or somebody publishes anyway.',
  step: 'soak',
  version: current ?? 1,
  remainingMs: PAUSE_MS,
});

const askNextStep = async (deps: VaultDeps, { credentialId, epoch }: Asked<'epoch.next-step'>): Answered<'epoch.next-step'> => {
  const known = await loadWithFacts(deps, credentialId);
  if (!known.ok) return known;
  const next = nextStep(known.value.state, epoch, known.value.facts);
  return deps.hold.restore() && next.ok && next.value.step !== 'closed' ? ok(pausedStep(known.value.state, next.value)) : next;
};

const listUnsettled = async (deps: VaultDeps): Answered<'ledger.list-unsettled'> => {
  if (deps.hold.restore()) return ok({ items: [] });
  const stateOf = (id: string | null) => (id === null ? unregistered : deps.log.state(credentialFold, streamOf.credential(id)));
  const items = await Promise.all(
    (await deps.table.unsettled()).map(async (id) => {
      const { state, facts } = await readWithFacts(deps, id);
      return state.status === 'registered' ? unsettledOf(state, await stateOf(state.issuer), facts) : [];
    }),
  );
  return ok({ items: items.flat() });
};

const FOREIGN_CURSOR = 'cursor: it is no nextCursor of a list in this order';

const listCredentials = async (deps: VaultDeps, data: Asked<'credential.list'>): Answered<'credential.list'> =>
  readCursor(data).ok ? ok(await deps.table.list(data)) : refuse({ code: 'message-invalid', issues: [FOREIGN_CURSOR] });

const countCredentials = async (deps: VaultDeps, { filters }: Asked<'credential.count'>): Answered<'credential.count'> =>
  ok({ counts: [...(await deps.table.count(filters.map((filter) => ({ ...filter, scope: SYSTEM_SCOPE }))))] });

type Answering = (deps: QueryDeps, raw: unknown, actor: Actor) => Promise<Result<unknown, Refusal>>;

const on =
  <Schema extends z.ZodType>(
    { data }: { readonly data: Schema },
    answer: (deps: QueryDeps, data: z.output<Schema>, actor: Actor) => Promise<Result<unknown, Refusal>>,
  ): Answering =>
  (deps, raw, actor) =>
    answer(deps, data.parse(raw), actor);

const TABLE = VAULT_QUERIES_TABLE;

/** What answers each query, by its wire name. */
const QUERIES: Record<VaultQueryName, Answering> = {
  'credential.list': on(TABLE['credential.list'], listCredentials),
  'credential.export': on(TABLE['credential.export'], listCredentials),
  'credential.count': on(TABLE['credential.count'], countCredentials),
  'environment.list': listEnvironment,
  'legacy-user.find': on(TABLE['legacy-user.find'], findLegacyUsers),
  'credential.get': on(TABLE['credential.get'], getCredential),
  'credential.consumers': on(TABLE['credential.consumers'], listConsumers),
  'credential.versions': on(TABLE['credential.versions'], listVersions),
  'credential.tests': on(TABLE['credential.tests'], listTests),
  'credential.schedule': on(TABLE['credential.schedule'], scheduleOf),
  'credential.change': on(TABLE['credential.change'], findChange),
  'errand.list-open': listErrands,
  'consumer.list': listRegistered,
  'consumer.get': on(TABLE['consumer.get'], getRegistered),
  'consumer.tokens': on(TABLE['consumer.tokens'], listTokens),
  'person.sessions': on(TABLE['person.sessions'], async (deps, { personId }) =>
    ok({ revokedBefore: await deps.log.state(personFold, streamOf.person(personId)) }),
  ),
  'llm.choice': on(TABLE['llm.choice'], async (deps, data) => ok(await llmChoiceOf(deps, data))),
  'llm.config': on(TABLE['llm.config'], llmConfigOf),
  'execution-server.list': on(TABLE['execution-server.list'], async (deps, data) => ok({ items: await listExecutionServers(deps, data) })),
  'execution-server.get': on(TABLE['execution-server.get'], getExecutionServer),
  'execution-server.chosen': on(TABLE['execution-server.chosen'], (deps, { scope }) => chooseExecutionServer(deps, scope)),
  'bulk-rotation.list': async (deps) => ok(await listBulkRotations(deps)),
  'bulk-rotation.get': on(TABLE['bulk-rotation.get'], getBulkRotation),
  'rotation.dry-run': on(TABLE['rotation.dry-run'], dryRunRotation),
  'rotation.get': on(TABLE['rotation.get'], getRotation),
  'epoch.next-step': on(TABLE['epoch.next-step'], askNextStep),
  'epoch.list-open': async (deps) => ok({ items: await deps.table.open() }),
  'ledger.list-unsettled': listUnsettled,
  'sealing-keys.list': async (deps) => ok(await deps.ring.published()),
  'settings.view': async ({ policy, backupRetentionDays }) => ok({ defaultPolicy: policy, backupRetentionDays }),
  'key-ring.view': async (deps) => ok(await keyRingView(deps)),
  'backup.list': listBackups,
  'backup.get': on(TABLE['backup.get'], getBackup),
  'restore.view': async (deps) => ok({ restore: await restoreView(deps) }),
  'log.read': on(TABLE['log.read'], async (deps, { after, limit }) => ok({ items: [...(await deps.logTable.page(after, limit))] })),
  'health.check': async (deps) => ok(await deps.health()),
};

const isKnown = (name: string): name is VaultQueryName => Object.hasOwn(VAULT_QUERIES_TABLE, name);

/** Answers one query; nothing is recorded, and nothing secret is in any answer. */
export const handleQuery = async (deps: QueryDeps, name: string, payload: unknown): Promise<Reply> => {
  const message = QueryMessage.safeParse(payload);
  if (!message.success) return invalid(message.error);
  if (!isKnown(name)) return { refusal: { code: 'message-invalid', issues: ['there is no such query'] } };
  const data = VAULT_QUERIES_TABLE[name].data.safeParse(message.data.data);
  if (!data.success) return invalid(data.error);
  if (!isStorable(message.data.data)) return { refusal: { code: 'message-invalid', issues: ['a text holds a NUL or half a character'] } };
  const { actor } = message.data;
  const forbidden = await refuseQueryUnlessAllowed(deps, name, actor, message.data.data);
  const denied = forbidden ?? refuseUnlessRecent(name, actor, deps.clock.now().toISOString());
  if (denied) return { refusal: denied };
  const answered = await QUERIES[name](deps, message.data.data, actor);
  return answered.ok ? { ok: answered.value } : { refusal: answered.refusal };
};
