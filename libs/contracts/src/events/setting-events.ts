import { z } from 'zod';
import { Scope } from '../words.ts';

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

/** What is chosen in a scope, by an admin for the system or by somebody for themselves. */
export const SettingEvent = z.discriminatedUnion('type', [LlmChosen, LlmChoiceCleared]);
export type SettingEvent = z.infer<typeof SettingEvent>;
