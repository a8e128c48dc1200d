import { z } from 'zod';
import { webUrl } from '../credential-types/definition.ts';
import { Address, CredentialId, Scope, VersionNumber } from '../words.ts';
import { AsConsumer } from './llm-commands.ts';

/** What runs there, so that a program knows how to speak to it. */
export const ExecutionServerKind = z.enum(['brigade', 'custom']);
export type ExecutionServerKind = z.infer<typeof ExecutionServerKind>;

/** `resolve` is what a path says instead of an id. */
export const ExecutionServerId = z
  .string()
  .regex(/^[a-z0-9-]{1,63}$/, 'an id is [a-z0-9-]{1,63}')
  .refine((id) => id !== 'resolve', 'it can’t be called resolve');
export type ExecutionServerId = z.infer<typeof ExecutionServerId>;

/** Where programs run what people ask for. `credential`: the address of what it is used with, in the same scope. */
export const ExecutionServer = z.object({
  serverId: ExecutionServerId,
  name: z.string().trim().min(1).max(200),
  kind: ExecutionServerKind,
  baseUrl: webUrl('The base URL'),
  enabled: z.boolean(),
  isDefault: z.boolean(),
  credential: Address.nullable(),
});
export type ExecutionServer = z.infer<typeof ExecutionServer>;

/** Sets one up, or replaces it as a whole. As the default it takes the mark from the one that had it. */
export const SetExecutionServer = ExecutionServer.extend({ scope: Scope });
export type SetExecutionServer = z.infer<typeof SetExecutionServer>;

export const RemoveExecutionServer = z.object({ scope: Scope, serverId: ExecutionServerId });
export type RemoveExecutionServer = z.infer<typeof RemoveExecutionServer>;

/**
 * Asks for the execution server that a program is to use, with the value of its credential, where a `read` grant covers that. The answer's
 * secret is `{ fields }`, absent where the server has no credential; its value `ResolvedExecutionServer`.
 */
export const ResolveExecutionServer = z.object(AsConsumer);
export type ResolveExecutionServer = z.infer<typeof ResolveExecutionServer>;

export const ExecutionServerView = ExecutionServer.extend({ updatedAt: z.string() });
export type ExecutionServerView = z.infer<typeof ExecutionServerView>;
/** With the revision on which somebody who read it may decide. */
export const ExecutionServerRead = ExecutionServerView.extend({ revision: z.string() });
export type ExecutionServerRead = z.infer<typeof ExecutionServerRead>;

/** The one that is to be used; `chosenBy`: it is marked as one's own default, it is one's own, or it is the system's. */
export const ChosenExecutionServer = ExecutionServer.pick({ serverId: true, name: true, kind: true, baseUrl: true }).extend({
  isOwn: z.boolean(),
  chosenBy: z.enum(['preference', 'own-server', 'default']),
  credential: z.object({ credentialId: CredentialId, address: Address, masked: z.string().nullable() }).nullable(),
});
export type ChosenExecutionServer = z.infer<typeof ChosenExecutionServer>;

/** `version` is null where there is no credential. */
export const ResolvedExecutionServer = ChosenExecutionServer.extend({ version: VersionNumber.nullable() });
export type ResolvedExecutionServer = z.infer<typeof ResolvedExecutionServer>;
