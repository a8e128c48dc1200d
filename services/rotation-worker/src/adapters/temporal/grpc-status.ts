import { isGrpcServiceError } from '@temporalio/client';

/** The gRPC status codes that mean something to us. */
export const GRPC_STATUS = { invalidArgument: 3, alreadyExists: 6 } as const;

const isCode = (found: number, wanted: number): boolean => found === wanted;

/** Did Temporal answer with this status? */
export const hasStatus = (error: unknown, wanted: keyof typeof GRPC_STATUS): boolean =>
  isGrpcServiceError(error) && isCode(error.code, GRPC_STATUS[wanted]);
