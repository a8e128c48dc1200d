import { z } from 'zod';
import { Address, Scope } from '../words.ts';

const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), data: z.object(shape) });

/** From here on this provider and these models are meant in the scope where none is named. Stream `llm-<scope>`. */
export const LlmChosen = event('llm.chosen', {
  scope: Scope,
  provider: z.string().max(63).nullable(),
  /** By provider. */
  models: z.record(z.string().max(63), z.string().max(200)),
});
export type LlmChosen = z.infer<typeof LlmChosen>;

export const LlmChoiceCleared = event('llm.choice-cleared', { scope: Scope });
export type LlmChoiceCleared = z.infer<typeof LlmChoiceCleared>;

export const LlmEvent = z.discriminatedUnion('type', [LlmChosen, LlmChoiceCleared]);
export type LlmEvent = z.infer<typeof LlmEvent>;

/** From here on an execution server of the scope is like this. Stream `execution-servers-<scope>`. */
export const ExecutionServerSet = event('execution-server.set', {
  scope: Scope,
  serverId: z.string().max(63),
  name: z.string().max(200),
  kind: z.string().max(63),
  baseUrl: z.string().max(2000),
  enabled: z.boolean(),
  /** The one before is it no longer. */
  isDefault: z.boolean(),
  /** With which credential it is used; its value is never here. */
  credential: Address.nullable(),
});
export type ExecutionServerSet = z.infer<typeof ExecutionServerSet>;

export const ExecutionServerRemoved = event('execution-server.removed', { scope: Scope, serverId: z.string().max(63) });
export type ExecutionServerRemoved = z.infer<typeof ExecutionServerRemoved>;

export const ExecutionServerEvent = z.discriminatedUnion('type', [ExecutionServerSet, ExecutionServerRemoved]);
export type ExecutionServerEvent = z.infer<typeof ExecutionServerEvent>;

/** What is set in a scope, by an admin for the system or by somebody for themselves. */
export const SettingEvent = z.discriminatedUnion('type', [LlmEvent, ExecutionServerEvent]);
export type SettingEvent = z.infer<typeof SettingEvent>;
