import { CredentialEvent, Recorded } from '@keyturn/contracts/events';
import type { AuditQueryAnswer, LostShred } from '@keyturn/contracts/queries';
import type { LostTail, ShredQuery } from '../ports/lost-tail.ts';

type Shreds = AuditQueryAnswer<'lost.shreds'>;
type Told = { readonly recorded: Recorded; readonly event: CredentialEvent };

const toldBy = (json: string): Told => {
  const recorded = Recorded.parse(JSON.parse(json));
  return { recorded, event: CredentialEvent.parse({ type: recorded.type, data: recorded.data }) };
};

const shredOf = ({ recorded: { position, recordedAt: at }, event }: Told): LostShred[] => {
  if (event.type === 'credential.shredded') {
    const { credentialId, versions } = event.data;
    return [{ position, at, credentialId, versions, deleted: null }];
  }
  if (event.type !== 'credential.deleted') return [];
  const { credentialId, reason, revoked, leftAliveBecause, backupRetentionDays } = event.data;
  const left = leftAliveBecause === undefined ? {} : { leftAliveBecause };
  return [{ position, at, credentialId, versions: [], deleted: { reason, revoked, backupRetentionDays, ...left } }];
};

/** A deletion is two events, the shred first: what the second says is put to the first, where both came. */
const joined = (all: readonly LostShred[]): LostShred[] =>
  [...Map.groupBy(all, ({ credentialId }) => credentialId).values()].flatMap((own) => {
    const shred = own.find(({ deleted }) => deleted === null) ?? own[0];
    return shred ? [{ ...shred, deleted: own.find(({ deleted }) => deleted !== null)?.deleted ?? null }] : [];
  });

/** A page that ends between the two events of one deletion would tell half of it: the half is left to the next page. */
const wholePages = (told: readonly Told[], isLast: boolean): readonly Told[] => {
  const last = told.at(-1);
  const isHalf = !isLast && told.length > 1 && last?.event.type === 'credential.shredded';
  return isHalf ? told.slice(0, -1) : told;
};

/** Which credentials the lost log had shredded behind the head, a page at a time. */
export const lostShreds = async (
  lost: LostTail,
  { head, incarnation, after, limit }: Omit<ShredQuery, 'after'> & { readonly after: ShredQuery['after'] | undefined },
): Promise<Shreds> => {
  const reach = await lost.reach({ head, incarnation });
  if (reach === null) return { known: false, lostTo: null, items: [], next: null };
  const events = Math.max(2, 2 * limit);
  const found = (await lost.shreds({ head, incarnation, after: after ?? head, limit: events + 1 })).map(toldBy);
  const isLast = found.length <= events;
  const told = wholePages(found.slice(0, events), isLast);
  const end = told.at(-1)?.recorded;
  const next = isLast || !end ? null : { position: end.position, hash: end.hash };
  return { known: true, lostTo: reach.to, items: joined(told.flatMap(shredOf)), next };
};
