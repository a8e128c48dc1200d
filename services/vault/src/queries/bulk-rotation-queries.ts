import type { Refusal } from '@keyturn/contracts';
import type { BulkMemberView, BulkRotationSummary, BulkRotationView, GetBulkRotation } from '@keyturn/contracts/queries';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { providerOf } from '../bulk-rotations/decide.ts';
import { countPlaces, unapprovedOf } from '../bulk-rotations/places.ts';
import { type BulkMember, type BulkRotation, membersThat } from '../bulk-rotations/state.ts';
import { bulkSummary, type Known } from '../bulk-rotations/views.ts';
import { knownOf } from '../credential/state.ts';
import { rotationView } from '../credential/views.ts';
import type { VaultDeps } from '../deps.ts';
import { readWithFacts } from '../facts.ts';
import { bulkRotationFold, streamOf } from '../folds.ts';

const LISTED = 50;

type BulkDeps = Pick<VaultDeps, 'log' | 'bulks'>;

const bulkOf = (deps: BulkDeps, bulkId: string) => deps.log.state(bulkRotationFold, streamOf.bulkRotation(bulkId));

/** Where others take the places that it waits for, if that is why nothing of it is under way. */
const fullFor = async (deps: BulkDeps, bulk: BulkRotation): Promise<Known['full']> => {
  const [next] = membersThat(bulk, 'waiting');
  if (bulk.status !== 'running' || !next || membersThat(bulk, 'running').length > 0) return null;
  // One that can't be read takes no hint from the others.
  const read = await Promise.allSettled((await deps.bulks.open()).map((id) => bulkOf(deps, id)));
  const open = read.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
  const taken = (await countPlaces(deps.log, open)).taken(bulk, next);
  return taken < bulk.maxInFlight ? null : { provider: providerOf(next), taken };
};

const summaryOf = async (deps: BulkDeps, bulk: BulkRotation): Promise<BulkRotationSummary> => {
  const [unapproved, full] = await Promise.all([unapprovedOf(deps.log, [bulk]), fullFor(deps, bulk)]);
  return bulkSummary(bulk, { unapproved: unapproved.size, full });
};

/** The newest, without their members, and so without what only those tell. */
export const listBulkRotations = async (deps: BulkDeps): Promise<{ items: BulkRotationSummary[] }> => {
  const found = await Promise.all((await deps.bulks.newest(LISTED)).map((id) => bulkOf(deps, id)));
  return { items: found.flatMap((bulk) => (bulk ? [bulkSummary(bulk)] : [])) };
};

/** Of a rotation under way its step and what it waits for, as they are now. */
const memberView = async (deps: VaultDeps, member: BulkMember): Promise<BulkMemberView> => {
  const nothing = { ...member, step: null };
  if (member.status !== 'running') return nothing;
  const { state, facts } = await readWithFacts(deps, member.credentialId);
  const known = knownOf(state);
  const rotation = known?.rotations[(member.epoch ?? 0) - 1];
  if (!known || !rotation) return nothing;
  const { steps, sentence } = rotationView(known, rotation, facts);
  return { ...nothing, step: steps.find(({ status }) => status === 'running')?.name ?? null, sentence };
};

/** One of them with a page of its members. */
export const getBulkRotation = async (
  deps: VaultDeps,
  { bulkId, member, cursor, limit }: GetBulkRotation,
): Promise<Result<BulkRotationView, Refusal>> => {
  const bulk = await bulkOf(deps, bulkId);
  if (!bulk) return refuse({ code: 'bulk-rotation-unknown' });
  const wanted = bulk.members.flatMap((one, place) => (member === undefined || one.status === member ? [{ one, place }] : []));
  const behind = wanted.filter(({ place }) => cursor === undefined || place > Number(cursor));
  const page = behind.slice(0, limit);
  const last = page.at(-1);
  const nextCursor = behind.length > page.length && last ? String(last.place) : null;
  return ok({ ...(await summaryOf(deps, bulk)), members: await Promise.all(page.map(({ one }) => memberView(deps, one))), nextCursor });
};
