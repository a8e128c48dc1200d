import { type Actor, QueryMessage, type Reply } from '@keyturn/contracts';
import { AUDIT_QUERIES_TABLE, type AuditQueryAnswer, type AuditQueryName } from '@keyturn/contracts/queries';
import { isAllowed } from '@keyturn/contracts/access';
import type { Clock } from '@keyturn/kernel';
import type { Guard } from './integrity/guard.ts';
import type { Convictions } from './ports/convictions.ts';
import type { EntrySearch } from './ports/entry-search.ts';
import type { EntryStore } from './ports/entry-store.ts';
import type { LostTail } from './ports/lost-tail.ts';
import type { RotationLog } from './ports/rotation-log.ts';
import type { RebuildStore } from './ports/rebuild-store.ts';
import type { UsageStore } from './ports/usage-store.ts';
import { lostShreds } from './lost/lost-shreds.ts';
import { ACCESS_TYPES, accessEntryOf } from './projection/access-entry.ts';
import type { Projector } from './projection/projector.ts';
import { countRotations, listRotations } from './rotations.ts';
import { searchAccess, searchEntries } from './search.ts';

export type AnswerDeps = {
  readonly store: Pick<EntryStore, 'timeline' | 'recorded' | 'checkpoint'>;
  readonly search: EntrySearch;
  readonly rotations: RotationLog;
  readonly projector: Pick<Projector, 'troubles'>;
  readonly convictions: Pick<Convictions, 'unsettled'>;
  readonly rebuilds: Pick<RebuildStore, 'request' | 'latest'>;
  readonly guard: Pick<Guard, 'check' | 'lag'>;
  readonly lost: LostTail;
  readonly usage: UsageStore;
  readonly clock: Clock;
};

/**
 * What a service asks for itself, by the role that its own NATS user stands for: nobody is given one. The gateway asks for the usage of keys
 * that the vault, asked in their owner's name, has listed.
 */
const OF_SERVICES: Readonly<Partial<Record<AuditQueryName, string>>> = { 'usage.read': 'gateway', 'lost.shreds': 'vault' };

export const AUDIT_QUERY_NAMES = [
  'timeline.read',
  'access.read',
  'audit.entries',
  'audit.access',
  'rotations.list',
  'rotations.count',
  'usage.read',
  'status.read',
  'integrity.check',
  'rebuild.start',
  'rebuild.get',
  'lost.read',
  'lost.shreds',
  'health.check',
] as const satisfies readonly AuditQueryName[];

/** About the log as a whole, so by the policy's column of what is the system's. */
const mayAsk = (name: AuditQueryName, { roles = [] }: Actor): boolean => {
  if (name === 'health.check') return true; // the gateway's own readiness asks it for nobody
  const service = OF_SERVICES[name];
  return isAllowed(name, 'system', roles) || (service !== undefined && roles.includes(service));
};

/** Answers one query. Who may read is decided here again, with the roles that the gateway asserts. */
export const answerQuery = async (name: AuditQueryName, payload: unknown, deps: AnswerDeps): Promise<Reply> => {
  const message = QueryMessage.safeParse(payload);
  if (!message.success) return { refusal: { code: 'message-invalid', issues: ['a query has an actor and data'] } };
  const { actor, data } = message.data;
  const asked = AUDIT_QUERIES_TABLE[name].data.safeParse(data);
  if (!asked.success) return { refusal: { code: 'message-invalid', issues: asked.error.issues.map((issue) => issue.path.join('.')) } };
  return mayAsk(name, actor) ? { ok: await answer(name, data, deps) } : { refusal: { code: 'not-allowed', action: name } };
};

const answer = (name: AuditQueryName, data: unknown, deps: AnswerDeps): Promise<unknown> => {
  switch (name) {
    case 'timeline.read':
      return readTimeline(data, deps);
    case 'access.read':
      return readAccess(data, deps);
    case 'audit.entries':
      return searchEntries(data, deps);
    case 'audit.access':
      return searchAccess(data, deps);
    case 'rotations.list':
      return listRotations(data, deps);
    case 'rotations.count':
      return countRotations(data, deps);
    case 'usage.read':
      return readUsage(data, deps);
    case 'status.read':
      return readStatus(deps);
    case 'integrity.check':
      return checkIntegrity(deps);
    case 'rebuild.start':
      return deps.rebuilds.request();
    case 'rebuild.get':
      return deps.rebuilds.latest().then((rebuild): AuditQueryAnswer<'rebuild.get'> => ({ rebuild }));
    case 'lost.read':
      return readLost(data, deps);
    case 'lost.shreds':
      return readShreds(data, deps);
    case 'health.check':
      return checkHealth(deps);
  }
};

const readTimeline = async (data: unknown, { store, convictions }: AnswerDeps): Promise<AuditQueryAnswer<'timeline.read'>> => {
  const page = await store.timeline(AUDIT_QUERIES_TABLE['timeline.read'].data.parse(data));
  return { ...page, convictions: await convictions.unsettled() };
};

const readAccess = async (data: unknown, { store }: AnswerDeps): Promise<AuditQueryAnswer<'access.read'>> => {
  const { credentialId, before, limit } = AUDIT_QUERIES_TABLE['access.read'].data.parse(data);
  const { position } = await store.checkpoint();
  const found = await store.recorded({ credentialId, before, limit: limit + 1, types: ACCESS_TYPES });
  const items = found.slice(0, limit).flatMap((json) => accessEntryOf(json) ?? []);
  return { items, nextBefore: found.length > limit ? (items.at(-1)?.position ?? null) : null, projectedTo: position };
};

const DAY_MS = 86_400_000;

const readUsage = async (data: unknown, { usage, clock }: AnswerDeps): Promise<AuditQueryAnswer<'usage.read'>> => {
  const { credentialIds, days } = AUDIT_QUERIES_TABLE['usage.read'].data.parse(data);
  const since = new Date(clock.now().getTime() - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  return { items: [...(await usage.days({ credentialIds, since }))] };
};

/** `<generation>.<position>`: behind which the page begins. */
const placeOf = (cursor: string | undefined) => {
  const [generation = 0, position = 0] = (cursor ?? '0.0').split('.').map(Number);
  return { generation, position };
};

const readLost = async (data: unknown, { lost }: AnswerDeps): Promise<AuditQueryAnswer<'lost.read'>> => {
  const { credentialId, cursor, limit } = AUDIT_QUERIES_TABLE['lost.read'].data.parse(data);
  const page = await lost.entries({ credentialId, after: placeOf(cursor), limit: limit + 1 });
  const items = page.items.slice(0, limit);
  const last = items.at(-1);
  const nextCursor = page.items.length > limit && last ? `${last.generation}.${last.position}` : null;
  return { items, nextCursor, total: page.total };
};

const readShreds = (data: unknown, { lost }: AnswerDeps): Promise<AuditQueryAnswer<'lost.shreds'>> => {
  const { head, incarnation, after, limit } = AUDIT_QUERIES_TABLE['lost.shreds'].data.parse(data);
  return lostShreds(lost, { head, incarnation, after, limit });
};

const readStatus = async ({ store, convictions, guard, projector }: AnswerDeps): Promise<AuditQueryAnswer<'status.read'>> => {
  const [{ position }, found] = await Promise.all([store.checkpoint(), convictions.unsettled()]);
  return { projectedTo: position, behind: guard.lag.lag(), troubles: troublesOf({ projector, guard }), convictions: found };
};

const troublesOf = ({ projector, guard }: Pick<AnswerDeps, 'projector' | 'guard'>): string[] => [
  ...projector.troubles(),
  ...[guard.lag.trouble()].filter((trouble) => trouble !== null),
];

const checkIntegrity = async ({ guard }: AnswerDeps): Promise<AuditQueryAnswer<'integrity.check'>> => {
  const { found, isWhole } = await guard.check();
  const unread = isWhole ? null : 'The vault gave no answer, so its log was not read to the end: ask again once it is there.';
  return { ok: found.length === 0 && isWhole, found: [...found], unread };
};

const checkHealth = async ({ store, projector, convictions, guard }: AnswerDeps): Promise<AuditQueryAnswer<'health.check'>> => {
  const known = await Promise.all([store.checkpoint(), convictions.unsettled()]).catch(() => null);
  const [checkpoint, found] = known ?? [null, []];
  const down = [
    ...(checkpoint === null ? ['database'] : []),
    ...troublesOf({ projector, guard }),
    ...found.map(({ sentence }) => `the log is not as it was witnessed: ${sentence}`),
  ];
  return { ok: down.length === 0, down, position: checkpoint?.position ?? 0, behind: guard.lag.lag() };
};
