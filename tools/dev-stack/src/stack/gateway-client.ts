import { randomUUID } from 'node:crypto';
import {
  CredentialList,
  CredentialView,
  Problem,
  RegisteredCredential,
  RotationApproved,
  RotationView,
  ConsumerList,
  Timeline,
  type RegisterCredentialBody,
} from '@keyturn/contracts/api';
import { RolledBack, RotationStarted } from '@keyturn/contracts/commands';
import { z } from 'zod';
import { waitUntil } from '../process/wait-until.ts';

/** The gateway said no; `problem` is its RFC 9457 document. */
export class ProblemAnswer extends Error {
  override readonly name = 'ProblemAnswer';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail ?? problem.title}`);
    this.problem = problem;
  }
}

export type GatewayClient = ReturnType<typeof gatewayClient>;

const of = (credentialId: string): string => `/api/v1/admin/credentials/${credentialId}`;

/** The admin API as programs use it: a bearer token, an idempotency key on every write, answers parsed by their schemas. */
export const gatewayClient = ({ gatewayUrl, token }: { readonly gatewayUrl: string; readonly token: string }) => {
  const ask = async <Schema extends z.ZodType>(schema: Schema, method: string, path: string, body?: unknown): Promise<z.infer<Schema>> => {
    const response = await fetch(`${gatewayUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID(), 'if-match': '*' }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new ProblemAnswer(Problem.parse(answer));
    return schema.parse(answer);
  };
  const untilTested = async (credentialId: string): Promise<CredentialView> => {
    const read = () => ask(CredentialView, 'GET', of(credentialId));
    await waitUntil(async () => (await read()).change === null, { timeoutMs: 60_000, everyMs: 200 });
    const tested = await read();
    if (tested.current === null)
      throw new Error(`${tested.address} was not registered: ${tested.failedChange?.sentence ?? 'no test came'}`);
    return tested;
  };
  return {
    list: (search = '') => ask(CredentialList, 'GET', `/api/v1/admin/credentials?search=${encodeURIComponent(search)}`),
    /** Where the test of the value takes longer than the answer, it is waited for. */
    register: async (body: RegisterCredentialBody): Promise<RegisteredCredential> => {
      const registered = await ask(RegisteredCredential, 'POST', '/api/v1/admin/credentials', body);
      if (registered.status === 'committed') return registered;
      const { generation } = await untilTested(registered.credentialId);
      return { ...registered, status: 'committed', generation };
    },
    registerConsumer: (name: string, grants: readonly { action: string; pattern: string }[]) =>
      ask(z.unknown(), 'PUT', `/api/v1/admin/consumers/${name}`, { grants }),
    rotate: (credentialId: string, note?: string) =>
      ask(RotationStarted, 'POST', `${of(credentialId)}/rotations`, note === undefined ? {} : { note }),
    rollBack: (credentialId: string, reason: string) => ask(RolledBack, 'POST', `${of(credentialId)}/rollback`, { reason }),
    approve: (credentialId: string, epoch: number) => ask(RotationApproved, 'POST', `${of(credentialId)}/rotations/${epoch}/approve`, {}),
    rotation: (credentialId: string, epoch: number) => ask(RotationView, 'GET', `${of(credentialId)}/rotations/${epoch}`),
    consumers: (credentialId: string) => ask(ConsumerList, 'GET', `${of(credentialId)}/consumers`),
    timeline: (credentialId: string, { after = 0 }: { readonly after?: number } = {}) =>
      ask(Timeline, 'GET', `${of(credentialId)}/timeline?after=${after}`),
  };
};
