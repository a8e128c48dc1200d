import { defineSearchAttributeKey } from '@temporalio/common/lib/search-attributes.js';

/** What operators filter runs by in Temporal. Never encrypted there, so never a secret. */
export const SEARCH_ATTRIBUTES = {
  credential: defineSearchAttributeKey('KeyturnCredential', 'KEYWORD'),
  service: defineSearchAttributeKey('KeyturnService', 'KEYWORD'),
  step: defineSearchAttributeKey('KeyturnStep', 'KEYWORD'),
  /** Why the run stands where it does. */
  reason: defineSearchAttributeKey('KeyturnReason', 'KEYWORD'),
  /** Why the rotation was asked for: `manual`, `scheduled` or `compromised`. */
  requestReason: defineSearchAttributeKey('KeyturnRequestReason', 'KEYWORD'),
};

/** `system.postgres.orders` → `postgres`. */
export const serviceOf = (address: string): string => address.split('.')[1] ?? address;
