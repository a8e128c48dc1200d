import { AUDIT_QUERIES_TABLE, type AuditQueryAnswer } from '@keyturn/contracts/queries';
import type { Clock } from '@keyturn/kernel';
import type { EntryStore } from './ports/entry-store.ts';
import type { RotationLog } from './ports/rotation-log.ts';

type Deps = { readonly rotations: RotationLog; readonly store: Pick<EntryStore, 'checkpoint'>; readonly clock: Clock };

/** A page of rotations as they went. */
export const listRotations = async (data: unknown, { rotations, store }: Deps): Promise<AuditQueryAnswer<'rotations.list'>> => {
  const { cursor, limit, ...filter } = AUDIT_QUERIES_TABLE['rotations.list'].data.parse(data);
  const { position: projectedTo } = await store.checkpoint();
  const found = await rotations.rotations({ ...filter, before: cursor === undefined ? undefined : Number(cursor), limit: limit + 1 });
  const page = found.slice(0, limit);
  const nextCursor = found.length > limit ? String(page.at(-1)?.position) : null;
  return { items: page.map(({ position: _place, ...rotation }) => rotation), nextCursor, projectedTo };
};

const DAY_MS = 86_400_000;

export const countRotations = async (data: unknown, { rotations, clock }: Deps): Promise<AuditQueryAnswer<'rotations.count'>> => {
  const { days } = AUDIT_QUERIES_TABLE['rotations.count'].data.parse(data);
  const since = new Date(clock.now().getTime() - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  return { ...(await rotations.count(since)) };
};
