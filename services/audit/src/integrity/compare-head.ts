import type { Conviction } from '../ports/convictions.ts';
import type { Checkpoint, EntryStore } from '../ports/entry-store.ts';

export type HeadComparison = (witnessed: Checkpoint, head: Checkpoint | null) => Promise<Conviction | null>;

/**
 * Compares the vault's head with what was witnessed before the vault was asked for it (it must have that). A head that audit has not
 * come to yet is kept for the next look, so a busy log is compared too. One that is asked for while another is on its way does no harm.
 */
export const headComparison = (store: Pick<EntryStore, 'checkpoint' | 'firstDiffering'>): HeadComparison => {
  let kept: Checkpoint | null = null;
  return async (witnessed, head) => {
    if (head !== null && head.position < witnessed.position) return shortened(head, witnessed);
    const told = (kept ??= head);
    if (told === null || told.position > (await store.checkpoint()).position) return null;
    if (kept === told) kept = null; // a look at the same time may have compared it, too
    if (told.position === 0 || (await store.firstDiffering([told])) === null) return null;
    return { position: told.position, sentence: `position ${told.position} was witnessed with another hash than the vault has there now` };
  };
};

const shortened = (head: Checkpoint, witnessed: Checkpoint): Conviction => ({
  position: head.position + 1,
  sentence: `the vault's log ends at position ${head.position}, though events up to position ${witnessed.position} were witnessed`,
});
