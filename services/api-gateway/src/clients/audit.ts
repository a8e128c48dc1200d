import type { Actor } from '@keyturn/contracts';
import type { AuditQueryAnswer, AuditQueryInput, AuditQueryName } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts/refusals';
import type { Result } from '@keyturn/kernel';

/** The audit service, as the gateway needs it. No answer is a thrown `ServiceUnavailable`. */
export interface AuditClient {
  query<Name extends AuditQueryName>(
    name: Name,
    query: { readonly actor: Actor; readonly data: AuditQueryInput<Name> },
  ): Promise<Result<AuditQueryAnswer<Name>, Refusal>>;
}
