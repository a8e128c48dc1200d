import { CredentialView, RegisteredCredential } from '@keyturn/contracts/api';
import type { ChangeCredentialBody, RegisterCredentialBody, StageValueBody } from '@keyturn/contracts/api';
import { post, write } from '../../shared/api/request.ts';

const PATH = '/api/v1/admin/credentials';
const of = (credentialId: string): string => `${PATH}/${encodeURIComponent(credentialId)}`;

export const registerCredential = (body: RegisterCredentialBody, idempotencyKey: string): Promise<RegisteredCredential> =>
  post(PATH, { body, idempotencyKey }, RegisteredCredential);

/** A credential as the person saw it who decides on a change. */
export type Seen = Pick<CredentialView, 'credentialId' | 'revision'>;

export const stageValue = ({ credentialId, revision }: Seen, body: StageValueBody, idempotencyKey: string): Promise<RegisteredCredential> =>
  post(`${of(credentialId)}/versions`, { body, idempotencyKey, revision }, RegisteredCredential);

export const changeCredential = (
  { credentialId, revision }: Seen,
  body: ChangeCredentialBody,
  idempotencyKey: string,
): Promise<CredentialView> => write('PATCH', of(credentialId), { body, idempotencyKey, revision }, CredentialView);
