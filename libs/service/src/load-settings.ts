import type { z } from 'zod';

/** A process's environment, as `main.ts` hands it on. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a process's settings. Throws where some are missing or wrong, and names them all; a value is never in the message. */
export const loadSettings = <T>(schema: z.ZodType<T>, environment: Environment): T => {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`the settings are wrong: ${wrong.join('; ')}`);
};
