import type { ConnectionLike } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import { SEARCH_ATTRIBUTES } from '../../rotation/search-attributes.ts';
import { hasStatus } from './grpc-status.ts';

/** Makes Temporal know our search attributes: without them it takes no run of ours. Harmless when it knows them. */
export const registerSearchAttributes = async (connection: ConnectionLike, namespace: string): Promise<void> => {
  for (const { name, type } of Object.values(SEARCH_ATTRIBUTES)) {
    const indexedType = encodeSearchAttributeIndexedValueType(type);
    if (indexedType === undefined) continue;
    try {
      await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: { [name]: indexedType } });
    } catch (error) {
      if (!hasStatus(error, 'alreadyExists')) throw error;
    }
  }
};
