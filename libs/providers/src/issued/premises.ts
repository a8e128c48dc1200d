import { ok, type Result } from '@keyturn/kernel';
import type { Fence } from '../fence.ts';
import type { ProviderRefusal } from '../refusal.ts';
import type { Announcement, IssuedValue, Kept } from '../rotation/rotation-provider.ts';
import { announcedPlace, markOf } from './handle.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;

/** Something that is there, by the name that whoever made it gave it. */
export type Found = { readonly name: string; readonly providerId: string };

/** What was issued, as the issuer sees it at one provider. */
export type Premises = {
  /** Where something lives, which was issued beside it: `user/tokens/<id>` → `user/tokens`. */
  readonly homeOf: (providerId: string) => string;
  /** All that is at home there. */
  readonly list: (home: string) => Outcome<readonly Found[]>;
  /** Deletes it. What is gone already is no refusal. */
  readonly remove: (providerId: string) => Outcome<void>;
};

/** Deletes those at `home` that `strays` picks. It is asked after the list was made: what is created later is in no list. */
const sweep = async (
  { list, remove }: Premises,
  home: string,
  strays: (found: readonly Found[]) => Promise<readonly Found[] | null>,
): Outcome<'swept' | 'over'> => {
  const listed = await list(home);
  if (!listed.ok) return listed;
  const gone = await strays(listed.value);
  if (gone === null) return ok('over');
  for (const { providerId } of gone) {
    const removed = await remove(providerId);
    if (!removed.ok) return removed;
  }
  return ok('swept');
};

/** What carries our mark and belongs to nothing that the vault knows; null where the vault needs the step no more. */
const straysBut =
  (kept: Kept, fence: Fence) =>
  async (found: readonly Found[]): Promise<readonly Found[] | null> => {
    const marked = found.filter(({ name }) => name.startsWith(markOf(fence)));
    const known = await kept();
    return known === null ? null : marked.filter(({ providerId }) => !known.includes(providerId));
  };

/** What `make` issues under the announced name, once what earlier tries left is gone; null, and nothing is touched, where the try is over. */
export const issueAnnounced = async (
  premises: Premises,
  { announced, fence, kept }: { readonly announced: Announcement; readonly fence: Fence; readonly kept: Kept },
  make: (at: { readonly home: string; readonly name: string }) => Outcome<IssuedValue>,
): Outcome<IssuedValue | null> => {
  const { home, name } = announcedPlace(announced.candidate);
  if (name === null) throw new Error('what was announced names no handle');
  const swept = await sweep(premises, home, straysBut(kept, fence));
  if (!swept.ok) return swept;
  return swept.value === 'over' ? ok(null) : make({ home, name });
};

/** The end of what was issued, or of whatever has the name under which it was announced; with `kept`, of all strays beside it, too. */
export const eraseIssued = async (
  premises: Premises,
  { providerId, fence, kept }: { readonly providerId: string; readonly fence: Fence; readonly kept?: Kept | undefined },
): Outcome<void> => {
  const { home, name } = announcedPlace(providerId);
  if (name !== null) {
    const swept = await sweep(premises, home, async (found) => found.filter((one) => one.name === name));
    return swept.ok ? ok(undefined) : swept;
  }
  const removed = await premises.remove(providerId);
  if (!removed.ok || !kept) return removed;
  const swept = await sweep(premises, premises.homeOf(providerId), straysBut(kept, fence));
  return swept.ok ? ok(undefined) : swept;
};
