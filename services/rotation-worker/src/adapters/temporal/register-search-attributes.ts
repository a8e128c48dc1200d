import { isGrpcServiceError, type ConnectionLike } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import { SEARCH_ATTRIBUTES } from '../../rotation/search-attributes.ts';

const ALREADY_EXISTS = 6;

/** Makes Temporal know our search attributes: without them it takes no run of ours. Harmless when it knows them. */
export const registerSearchAttributes = async (connection: ConnectionLike, namespace: string): Promise<void> => {
  for (const { name, type } of Object.values(SEARCH_ATTRIBUTES)) {
    const indexedType = encodeSearchAttributeIndexedValueType(type);
    if (indexedType === undefined) continue;
    try {
      await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: { [name]: indexedType } });
    } catch (error) {
      if (!isGrpcServiceError(error) || error.code !== ALREADY_EXISTS) throw error;
    }
  }
};
