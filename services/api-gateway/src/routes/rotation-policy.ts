import { type Actor, DEFAULT_POLICY } from '@keyturn/contracts';
import { ChangePolicyBody, PolicyOutcome } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { unknownIfAway } from '../faults.ts';
import { etagOf } from '../if-match.ts';
import { COMMAND_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { CREDENTIAL_GONE, OfCredential } from './of-credential.ts';

type Deps = { readonly vault: VaultClient };

const POLICY = '/api/v1/admin/credentials/{credentialId}/policy';
const params = { credentialId: SAMPLE_CREDENTIAL_ID };

/** The policy is part of the credential: one reading says both it and the revision. */
const readTagged = async ({ vault }: Deps, actor: Actor, credentialId: string) => {
  const found = await vault.query('credential.get', { actor, data: { credentialId } });
  if (!found.ok) return found;
  const { policy, revision } = found.value;
  return ok({ status: 200, body: { credentialId, policy } satisfies PolicyOutcome, headers: { etag: etagOf(revision) } });
};

const readPolicy = (deps: Deps): Endpoint =>
  endpoint(
    {
      name: 'readRotationPolicy',
      method: 'get',
      path: POLICY,
      tag: 'Rotations',
      summary: 'Reads the rotation policy of a credential, with every setting as it is in force',
      access: 'admin-read',
      takes: z.object({ params: OfCredential }),
      answers: { 200: PolicyOutcome },
      tells: ['ETag'],
      refuses: [...QUERY_PROBLEMS, 'credential-unknown'],
      example: { takes: { params }, answers: { 200: { credentialId: SAMPLE_CREDENTIAL_ID, policy: DEFAULT_POLICY } } },
    },
    ({ params: { credentialId } }, { actor }) => readTagged(deps, actor, credentialId),
  );

const changePolicy = (deps: Deps): Endpoint =>
  endpoint(
    {
      name: 'changeRotationPolicy',
      method: 'patch',
      path: POLICY,
      tag: 'Rotations',
      summary:
        'Changes settings of the rotation policy, for a reason; fewer approvals, and a force at the deadline, ask for a recent sign-in. An open rotation keeps its approvals',
      access: 'admin-only',
      sends: ['credential.change-policy'],
      takes: z.object({ params: OfCredential, body: ChangePolicyBody }),
      answers: { 200: PolicyOutcome },
      tells: ['ETag'],
      ifMatch: 'credential-changed',
      refuses: [...COMMAND_PROBLEMS, ...CREDENTIAL_GONE, 'policy-invalid', 'recent-login-required', 'approver-not-a-person'],
      example: {
        takes: { params, body: { policy: { approvals: 1 }, reason: 'two pairs of eyes' } },
        answers: { 200: { credentialId: SAMPLE_CREDENTIAL_ID, policy: { ...DEFAULT_POLICY, approvals: 1 } } },
      },
    },
    async ({ params: { credentialId }, body }, { actor, commandId, requestId, guard }) => {
      const data = { credentialId, ...body };
      const changed = await deps.vault.command('credential.change-policy', { commandId, actor, correlationId: requestId, ...guard, data });
      return changed.ok ? readTagged(deps, actor, credentialId).catch(unknownIfAway) : changed;
    },
  );

export const rotationPolicyRoutes = (deps: Deps): Endpoint[] => [readPolicy(deps), changePolicy(deps)];
