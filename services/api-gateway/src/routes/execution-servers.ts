import { ExecutionServerAnswer, ExecutionServerBody, ExecutionServerList } from '@keyturn/contracts/api';
import { ExecutionServerId, type ExecutionServerView } from '@keyturn/contracts/commands';
import type { Refusal } from '@keyturn/contracts/refusals';
import { SYSTEM_SCOPE } from '@keyturn/contracts/scopes';
import { ok, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Answer, type Asked, type Definition, type Endpoint, endpoint } from '../endpoint.ts';
import { etagOf } from '../if-match.ts';
import { COMMAND_PROBLEMS, MOVE_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_SERVER_ANSWER, SAMPLE_SERVER_BODY } from '../samples/execution-servers.ts';
import { forOwner } from './byok-answers.ts';

type Deps = { readonly vault: VaultClient };

const SERVERS = '/api/v1/execution-servers';
const ONE = `${SERVERS}/{serverId}`;
const COMMON = { tag: 'Execution servers' } as const satisfies Partial<Definition>;
const params = z.object({ serverId: ExecutionServerId });
/** One's own if not said; the system's are set up by admins. */
const query = z.object({ scope: z.enum(['own', 'system']).default('own') });
type Query = z.output<typeof query>;
const EXAMPLE = { params: { serverId: 'main' }, query: { scope: 'system' } };

/** In which scope the caller means it; whether they may is the vault's to say. */
const inScope = (asked: Asked, { scope }: Query, answer: (scope: string) => Promise<Result<Answer, Refusal>>) =>
  scope === 'system' ? answer(SYSTEM_SCOPE) : forOwner(asked, (owner) => answer(owner.scope));

const answerOf = ({
  serverId,
  name,
  kind,
  baseUrl,
  enabled,
  isDefault,
  credential,
  updatedAt,
}: ExecutionServerView): ExecutionServerAnswer => ({
  id: serverId,
  name,
  kind,
  base_url: baseUrl,
  enabled,
  is_default: isDefault,
  credential,
  updated_at: updatedAt,
});

const list = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'listExecutionServers',
      method: 'get',
      path: SERVERS,
      summary: 'Lists one’s own execution servers, or the system’s',
      access: 'own-read',
      takes: z.object({ query }),
      answers: { 200: ExecutionServerList },
      refuses: QUERY_PROBLEMS,
      example: { takes: { query: EXAMPLE.query }, answers: { 200: { servers: [SAMPLE_SERVER_ANSWER] } } },
    },
    (input, asked) =>
      inScope(asked, input.query, async (scope) => {
        const found = await vault.query('execution-server.list', { actor: asked.actor, data: { scope } });
        return found.ok ? ok({ status: 200, body: { servers: found.value.items.map(answerOf) } satisfies ExecutionServerList }) : found;
      }),
  );

const read = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'readExecutionServer',
      method: 'get',
      path: ONE,
      summary: 'Shows one execution server',
      access: 'own-read',
      takes: z.object({ params, query }),
      answers: { 200: ExecutionServerAnswer },
      tells: ['ETag'],
      refuses: [...QUERY_PROBLEMS, 'execution-server-unknown'],
      example: { takes: EXAMPLE, answers: { 200: SAMPLE_SERVER_ANSWER } },
    },
    ({ params: { serverId }, ...input }, asked) =>
      inScope(asked, input.query, async (scope) => {
        const found = await vault.query('execution-server.get', { actor: asked.actor, data: { scope, serverId } });
        return found.ok ? ok({ status: 200, body: answerOf(found.value), headers: { etag: etagOf(found.value.revision) } }) : found;
      }),
  );

const SetAnswer = z.object({ updatedAt: z.string() });

const set = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'setExecutionServer',
      method: 'put',
      path: ONE,
      summary: 'Sets up an execution server, or replaces it as a whole; as the default it takes the mark from the one that had it',
      access: 'own-write',
      sends: ['execution-server.set'],
      takes: z.object({ params, query, body: ExecutionServerBody }),
      answers: { 200: ExecutionServerAnswer },
      ifMatch: 'resource-changed',
      refuses: [...COMMAND_PROBLEMS, ...MOVE_PROBLEMS, 'execution-servers-full', 'credential-elsewhere'],
      example: { takes: { ...EXAMPLE, body: SAMPLE_SERVER_BODY }, answers: { 200: SAMPLE_SERVER_ANSWER } },
    },
    ({ params: { serverId }, body, ...input }, asked) =>
      inScope(asked, input.query, async (scope) => {
        const { actor, commandId, requestId, guard } = asked;
        const { name, kind, enabled, credential, base_url: baseUrl, is_default: isDefault } = body;
        const server = { serverId, name, kind, baseUrl, enabled, isDefault, credential };
        const made = await vault.command('execution-server.set', {
          commandId,
          actor,
          correlationId: requestId,
          data: { scope, ...server },
          ...guard,
        });
        return made.ok ? ok({ status: 200, body: answerOf({ ...server, ...SetAnswer.parse(made.value) }) }) : made;
      }),
  );

const remove = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      ...COMMON,
      name: 'removeExecutionServer',
      method: 'delete',
      path: ONE,
      summary: 'Removes an execution server; the credential that it was used with stays',
      access: 'own-write',
      sends: ['execution-server.remove'],
      takes: z.object({ params, query }),
      answers: { 204: null },
      ifMatch: 'resource-changed',
      refuses: [...COMMAND_PROBLEMS, 'execution-server-unknown'],
      example: { takes: EXAMPLE, answers: {} },
    },
    ({ params: { serverId }, ...input }, asked) =>
      inScope(asked, input.query, async (scope) => {
        const { actor, commandId, requestId, guard } = asked;
        const data = { scope, serverId };
        const removed = await vault.command('execution-server.remove', { commandId, actor, correlationId: requestId, data, ...guard });
        return removed.ok ? ok({ status: 204 }) : removed;
      }),
  );

/** Where programs run what people ask for: set up by each for themselves, and by admins for everybody. */
export const executionServerRoutes = (deps: Deps): Endpoint[] => [list(deps), read(deps), set(deps), remove(deps)];
