import { ConsumerName, CredentialType, slug } from '@keyturn/contracts';
import { ResolvedCredential } from '@keyturn/contracts/api';
import { Resolved } from '@keyturn/contracts/commands';
import { legacyType } from '@keyturn/imports/older-words';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { Revealed, VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { type Door, learnFrom } from '../identity/speaker.ts';
import { isWholeName, ON_BEHALF_OF_HEADER, UserNamed, WHOLE_NAME } from '../identity/on-behalf-of.ts';
import { PROGRAM_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_RESOLVED } from '../samples/resolved.ts';
import { speakingFor } from './speaking-for.ts';

type Deps = Door & { readonly vault: VaultClient };

const Word = z.string().trim().min(1).max(200);

type Named = { readonly service: string; readonly credential_type: string };

/**
 * One of our types, or an older system's word for one, as the short form takes it. A type that nobody knows is none here: the short form keeps
 * it as `generic`, under a name that is not asked for, and another one's value must not be given for it.
 */
const typeOf = ({ service, credential_type: type }: Named): CredentialType | null => {
  const ours = CredentialType.safeParse(type);
  if (ours.success) return ours.data;
  const { credentialType, isGuess } = legacyType(service, type);
  return isGuess ? null : credentialType;
};

/** `user_issuer` and `user_subject`: for whom, whose own credential then comes first. `consumer`: beside an API token. */
const Wanted = z
  .object({
    service: Word,
    credential_type: Word,
    consumer: ConsumerName.optional(),
    ...UserNamed.shape,
  })
  .refine(isWholeName, WHOLE_NAME)
  .refine((named) => typeOf(named) !== null, {
    path: ['credential_type'],
    error: 'nobody knows this type of this service; what is kept as generic is asked for as generic',
  });

const Fields = z.object({ fields: z.record(z.string(), z.string()) });

const answerOf = ({ value, secret }: Revealed): ResolvedCredential => {
  const { source, credentialId, address, credentialType, version, generation } = Resolved.parse(value);
  const { fields } = Fields.parse(secret?.reveal());
  return { source, credential_id: credentialId, address, credential_type: credentialType, version, generation, fields };
};

/** A program's way to the value that it is to use; each answer is recorded in the vault before it is given. */
export const resolveRoutes = ({ vault, ...door }: Deps): Endpoint[] => [
  endpoint(
    {
      name: 'resolveCredential',
      method: 'get',
      path: '/api/v1/credentials/resolve',
      tag: 'Consumers',
      summary: 'Gives a program the value that it is to use: the user’s own, else the system’s, else the environment’s, and says which',
      access: 'consumer',
      sends: ['credential.resolve'],
      takes: z.object({ query: Wanted }),
      reads: ON_BEHALF_OF_HEADER,
      answers: { 200: ResolvedCredential },
      refuses: [...PROGRAM_PROBLEMS, 'nothing-to-resolve'],
      example: {
        takes: { query: { service: 'openai', credential_type: 'user_api_key' } },
        answers: { 200: SAMPLE_RESOLVED },
      },
    },
    async ({ query }, asked) => {
      const service = slug(query.service);
      const credentialType = CredentialType.parse(typeOf(query));
      const speaking = await speakingFor(door, asked, query);
      if (speaking instanceof Response) return speaking;
      const { speaker } = speaking;
      const command = { commandId: asked.commandId, actor: speaker.actor, correlationId: asked.requestId };
      const resolved = await vault.resolve('credential.resolve', { ...command, data: { ...speaking.data, service, credentialType } });
      learnFrom(door, asked, speaker, resolved);
      if (!resolved.ok) return resolved;
      return ok({ status: 200, body: answerOf(resolved.value), headers: { 'cache-control': 'no-store' } });
    },
  ),
];
