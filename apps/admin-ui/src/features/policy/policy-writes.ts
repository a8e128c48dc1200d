import { PolicyOutcome } from '@keyturn/contracts/api';
import type { ChangePolicyBody, CredentialView } from '@keyturn/contracts/api';
import { write } from '../../shared/api/request.ts';

type Seen = Pick<CredentialView, 'credentialId' | 'revision'>;

/** Changes settings of a credential's policy; refused where somebody changed it since it was seen. */
export const changePolicy = ({ credentialId, revision }: Seen, body: ChangePolicyBody, idempotencyKey: string): Promise<PolicyOutcome> =>
  write('PATCH', `/api/v1/admin/credentials/${encodeURIComponent(credentialId)}/policy`, { body, idempotencyKey, revision }, PolicyOutcome);
