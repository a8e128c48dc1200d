import { createHash } from 'node:crypto';
import type { Refusal } from '@keyturn/contracts';
import { canonicalJson } from '@keyturn/sealing';

// ADR-0028: it follows from the content.

/** Of what isn't there: who creates says by it that nobody else may have done so. */
export const NO_REVISION = 'none';

/** The revision of what counts none of its own. It follows from what it says, so what says the same again has the same one. */
export const revisionOfContent = (content: object | null): string =>
  content === null ? NO_REVISION : createHash('sha256').update(canonicalJson(content)).digest('base64url').slice(0, 22);

/** Who decided on what they saw is not to undo what somebody else did since. */
export const refuseUnlessSeen = (content: object | null, ifRevision: string | undefined): Refusal | null => {
  const revision = revisionOfContent(content);
  return ifRevision === undefined || ifRevision === revision ? null : { code: 'resource-changed', revision };
};
