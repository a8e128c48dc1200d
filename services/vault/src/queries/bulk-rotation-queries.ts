import type { Refusal } from '@keyturn/contracts';
import type { BulkMemberView, BulkRotationSummary, BulkRotationView, GetBulkRotation } from '@keyturn/contracts/queries';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { type BulkMember, type BulkRotation, membersThat } from '../bulk-rotations/state.ts';
import { bulkSummary } from '../bulk-rotations/views.ts';
import { knownOf } from '../credential/state.ts';
import { approvalsMissing } from '../credential/unapproved.ts';
import { rotationView } from '../credential/views.ts';
import type { VaultDeps } from '../deps.ts';
import { readWithFacts } from '../facts.ts';
import { bulkRotationFold, credentialFold, streamOf } from '../folds.ts';

const LISTED = 50;

const bulkOf = (deps: VaultDeps, bulkId: string) => deps.log.state(bulkRotationFold, streamOf.bulkRotation(bulkId));

const isUnapproved = async (deps: VaultDeps, { credentialId, epoch }: BulkMember): Promise<boolean> => {
  const state = await deps.log.state(credentialFold, streamOf.credential(credentialId));
  const rotation = knownOf(state)?.rotations[(epoch ?? 0) - 1];
  return rotation?.status === 'open' && approvalsMissing(rotation) > 0;
};

const summaryOf = async (deps: VaultDeps, bulk: BulkRotation): Promise<BulkRotationSummary> => {
  const unapproved = await Promise.all(membersThat(bulk, 'running').map((member) => isUnapproved(deps, member)));
  return bulkSummary(bulk, unapproved.filter(Boolean).length);
};

/** The newest, without their members. */
export const listBulkRotations = async (deps: VaultDeps): Promise<{ items: BulkRotationSummary[] }> => {
  const found = await Promise.all((await deps.bulks.newest(LISTED)).map((id) => bulkOf(deps, id)));
  return { items: await Promise.all(found.flatMap((bulk) => (bulk ? [summaryOf(deps, bulk)] : []))) };
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
