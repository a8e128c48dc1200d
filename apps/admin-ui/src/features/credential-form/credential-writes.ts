import { CredentialView, RegisteredCredential } from '@keyturn/contracts/api';
import type { ChangeCredentialBody, RegisterCredentialBody, StageValueBody } from '@keyturn/contracts/api';
import { post, write } from '../../shared/api/request.ts';

const PATH = '/api/v1/admin/credentials';
const of = (credentialId: string): string => `${PATH}/${encodeURIComponent(credentialId)}`;

export const registerCredential = (body: RegisterCredentialBody, idempotencyKey: string): Promise<RegisteredCredential> =>
  post(PATH, { body, idempotencyKey }, RegisteredCredential);

export const stageValue = (credentialId: string, body: StageValueBody, idempotencyKey: string): Promise<RegisteredCredential> =>
  post(`${of(credentialId)}/versions`, { body, idempotencyKey }, RegisteredCredential);

export const changeCredential = (credentialId: string, body: ChangeCredentialBody, idempotencyKey: string): Promise<CredentialView> =>
  write('PATCH', of(credentialId), { body, idempotencyKey }, CredentialView);
