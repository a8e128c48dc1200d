import { z } from 'zod';
import { ChosenExecutionServer, ExecutionServer, ExecutionServerId, ExecutionServerKind } from '../commands/execution-server-commands.ts';
import { Address, CredentialId } from '../words.ts';

// Bodies of `/api/v1/execution-servers…`: snake_case, as under `/api/v1/llm`.

const { name, baseUrl, kind } = ExecutionServer.shape;

/** One as a whole: what isn't said is as it is at first. `credential`: the address of what it is used with, in the same scope. */
export const ExecutionServerBody = z.strictObject({
  name,
  kind: kind.default('brigade'),
  base_url: baseUrl,
  enabled: z.boolean().default(true),
  is_default: z.boolean().default(false),
  credential: Address.nullable().default(null),
});
export type ExecutionServerBody = z.infer<typeof ExecutionServerBody>;

export const ExecutionServerAnswer = z.object({
  id: ExecutionServerId,
  name: z.string(),
  kind: ExecutionServerKind,
  base_url: z.string(),
  enabled: z.boolean(),
  is_default: z.boolean(),
  credential: Address.nullable(),
  updated_at: z.string(),
});
export type ExecutionServerAnswer = z.infer<typeof ExecutionServerAnswer>;
export const ExecutionServerList = z.object({ servers: z.array(ExecutionServerAnswer) });
export type ExecutionServerList = z.infer<typeof ExecutionServerList>;

export const ResolvedExecutionServerAnswer = z.object({
  id: ExecutionServerId,
  name: z.string(),
  kind: ExecutionServerKind,
  base_url: z.string(),
  is_own: z.boolean(),
  chosen_by: ChosenExecutionServer.shape.chosenBy,
  credential: z.object({ id: CredentialId, address: Address, masked_value: z.string().nullable() }).nullable(),
  /** Of the credential, public and secret ones: to programs by their grant; to nobody else. */
  fields: z.record(z.string(), z.string()).optional(),
});
export type ResolvedExecutionServerAnswer = z.infer<typeof ResolvedExecutionServerAnswer>;
