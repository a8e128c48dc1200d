import { CredentialId } from '@keyturn/contracts';
import { ByokKeyRevealed, ByokProviderId, RevealByokKeyBody } from '@keyturn/contracts/api';
import { SecretRevealedTo } from '@keyturn/contracts/commands';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { KeyDeps } from '../byok/own-keys.ts';
import { findKey } from '../byok/own-keys.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_KEY_ID } from '../samples/ids.ts';
import { forOwner } from './byok-answers.ts';
import { REVEAL_PROBLEMS } from './of-credential.ts';

const Secret = z.object({ fields: z.object({ apiKey: z.string() }) });

/** Shows a key to whom it belongs: nobody else is ever shown it, whatever their role. */
export const revealingOwnKey = (deps: KeyDeps): Endpoint =>
  endpoint(
    {
      name: 'revealOwnKey',
      method: 'post',
      path: '/api/v1/byok/keys/reveal/{provider}',
      tag: 'Bring your own key',
      summary: 'Shows a key of one’s own, for a reason; recorded before it is answered, and refused without a recent sign-in',
      access: 'own-write',
      sends: ['credential.reveal'],
      takes: z.object({
        params: z.object({ provider: ByokProviderId }),
        query: z.object({ key_id: CredentialId.optional() }),
        body: RevealByokKeyBody,
      }),
      answers: { 200: ByokKeyRevealed },
      refuses: [...COMMAND_PROBLEMS, ...REVEAL_PROBLEMS],
      example: {
        takes: { params: { provider: 'openai' }, query: { key_id: SAMPLE_KEY_ID }, body: { reason: 'I need it in a notebook' } },
        answers: { 200: { key_id: SAMPLE_KEY_ID, version: 1, api_key: 'sk-proj-0123456789abcdef' } },
      },
    },
    ({ params: { provider }, query: { key_id: keyId }, body }, asked) =>
      forOwner(asked, async (owner) => {
        const key = await findKey(deps, owner, { provider, keyId });
        if (!key.ok) return key;
        const { actor, commandId, requestId } = asked;
        const { reason, recipient_key: recipientKey } = body;
        const data = { credentialId: key.value.credentialId, reason, ...(recipientKey === undefined ? {} : { recipientKey }) };
        const revealed = await deps.vault.reveal({ commandId, actor, correlationId: requestId, data });
        if (!revealed.ok) return revealed;
        const { value, secret } = revealed.value;
        const { credentialId, version, sealed } = SecretRevealedTo.parse(value);
        const shown = secret === undefined ? { sealed } : { api_key: Secret.parse(secret.reveal()).fields.apiKey };
        return ok({ status: 200, body: { key_id: credentialId, version, ...shown }, headers: { 'cache-control': 'no-store' } });
      }),
  );
