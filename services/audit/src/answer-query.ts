import { QueryMessage, type Reply } from '@keyturn/contracts';
import { AUDIT_QUERIES_TABLE, type AuditQueryName } from '@keyturn/contracts/queries';
import type { EntryStore } from './ports/entry-store.ts';
import type { Projector } from './projection/projector.ts';

export type AnswerDeps = { readonly store: Pick<EntryStore, 'timeline' | 'checkpoint'>; readonly projector: Pick<Projector, 'troubles'> };

const READERS = ['admin', 'operator', 'auditor'];
export const AUDIT_QUERY_NAMES = ['timeline.read', 'health.check'] as const satisfies readonly AuditQueryName[];

/** Answers one query. Who may read is decided here again, with the roles that the gateway asserts. */
export const answerQuery = async (name: AuditQueryName, payload: unknown, { store, projector }: AnswerDeps): Promise<Reply> => {
  const message = QueryMessage.safeParse(payload);
  if (!message.success) return { refusal: { code: 'message-invalid', issues: ['a query has an actor and data'] } };
  const { actor, data } = message.data;
  if (name === 'health.check') return { ok: await checkHealth({ store, projector }) };
  const asked = AUDIT_QUERIES_TABLE[name].data.safeParse(data);
  if (!asked.success) return { refusal: { code: 'message-invalid', issues: asked.error.issues.map((issue) => issue.path.join('.')) } };
  if (!READERS.some((role) => actor.roles?.includes(role) === true)) return { refusal: { code: 'not-allowed', action: name } };
  return { ok: await store.timeline(asked.data) };
};

const checkHealth = async ({ store, projector }: AnswerDeps): Promise<{ ok: boolean; down: string[]; position: number }> => {
  const checkpoint = await store.checkpoint().catch(() => null);
  const down = [...(checkpoint === null ? ['database'] : []), ...projector.troubles()];
  return { ok: down.length === 0, down, position: checkpoint?.position ?? 0 };
};
