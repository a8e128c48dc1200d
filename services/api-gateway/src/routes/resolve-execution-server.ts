import { ConsumerName } from '@keyturn/contracts';
import { ResolvedExecutionServerAnswer } from '@keyturn/contracts/api';
import { type ChosenExecutionServer, ResolvedExecutionServer } from '@keyturn/contracts/commands';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Asked, type Endpoint, endpoint } from '../endpoint.ts';
import { isWholeName, ON_BEHALF_OF_HEADER, UserNamed, WHOLE_NAME } from '../identity/on-behalf-of.ts';
import { type Door, learnFrom } from '../identity/speaker.ts';
import { PROGRAM_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_RESOLVED_SERVER } from '../samples/execution-servers.ts';
import { forOwner } from './byok-answers.ts';
import { isPerson, speakingFor } from './speaking-for.ts';

type Deps = Door & { readonly vault: VaultClient };

/** `consumer`: beside an API token. For whom a program asks is in `X-On-Behalf-Of`, or named here. */
const Wanted = z.object({ consumer: ConsumerName.optional(), ...UserNamed.shape }).refine(isWholeName, WHOLE_NAME);

const Secret = z.object({ fields: z.record(z.string(), z.string()).optional() });
const NO_STORE = { 'cache-control': 'no-store' };

const answerOf = (chosen: ChosenExecutionServer): ResolvedExecutionServerAnswer => {
  const { serverId: id, name, kind, baseUrl, isOwn, chosenBy, credential } = chosen;
  const masked = credential && { id: credential.credentialId, address: credential.address, masked_value: credential.masked };
  return { id, name, kind, base_url: baseUrl, is_own: isOwn, chosen_by: chosenBy, credential: masked };
};

const forPerson = ({ vault }: Deps, asked: Asked) =>
  forOwner(asked, async ({ scope, actor }) => {
    const found = await vault.query('execution-server.chosen', { actor, data: { scope } });
    return found.ok ? ok({ status: 200, body: answerOf(found.value), headers: NO_STORE }) : found;
  });

const forProgram = async ({ vault, ...door }: Deps, asked: Asked, asking: z.output<typeof Wanted>) => {
  const speaking = await speakingFor(door, asked, asking);
  if (speaking instanceof Response) return speaking;
  const { speaker, data } = speaking;
  const command = { commandId: asked.commandId, actor: speaker.actor, correlationId: asked.requestId, data };
  const resolved = await vault.resolve('execution-server.resolve', command);
  learnFrom(door, asked, speaker, resolved);
  if (!resolved.ok) return resolved;
  const { value, secret } = resolved.value;
  const { fields } = Secret.parse(secret?.reveal() ?? {});
  const body = { ...answerOf(ResolvedExecutionServer.parse(value)), ...(fields && { fields }) };
  return ok({ status: 200, body, headers: NO_STORE });
};

/** Which execution server is to be used: shown to a person for themselves, and given with its credential to a program that has a grant. */
export const resolveExecutionServerRoutes = (deps: Deps): Endpoint[] => [
  endpoint(
    {
      name: 'resolveExecutionServer',
      method: 'get',
      path: '/api/v1/execution-servers/resolve',
      tag: 'Execution servers',
      summary: 'Says which execution server is used: one’s default, else one’s own, else the system’s; to a program with its credential',
      access: 'own-or-consumer',
      sends: ['execution-server.resolve'],
      takes: z.object({ query: Wanted }),
      reads: ON_BEHALF_OF_HEADER,
      answers: { 200: ResolvedExecutionServerAnswer },
      refuses: [...PROGRAM_PROBLEMS, 'execution-server-unknown'],
      example: { answers: { 200: SAMPLE_RESOLVED_SERVER } },
    },
    async ({ query }, asked) => (isPerson(asked) ? forPerson(deps, asked) : forProgram(deps, asked, query)),
  ),
];
