import type { Clock } from '@keyturn/kernel';
import type { z } from 'zod';
import { CliFailure } from './cli-failure.ts';
import { type Gateway, httpGateway } from './connection/gateway.ts';
import { knownVaults } from './connection/known-vaults.ts';
import { sealedCommands, type SealedCommands } from './connection/sealed-commands.ts';
import { type Connection, connectionFrom, ConnectionOptions, type Environment } from './connection/settings.ts';
import type { ExitName } from './exit-codes.ts';
import { createPrinter, type Printer } from './output/printer.ts';
import type { Terminal } from './output/terminal.ts';
import { type ReadSecret, secretReader } from './secret-file.ts';

/** What the process gives to its commands. */
export type CliDeps = {
  readonly terminal: Terminal;
  readonly env: Environment;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadableStream;
  readonly clock: Clock;
  /** A key that nobody had before, for writes that nothing names. */
  readonly newKey: () => string;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
};

/** What one run of a command works with. */
export type CommandContext = CliDeps & {
  readonly printer: Printer;
  readonly readSecret: ReadSecret;
  /** The command's own options. */
  options<Schema extends z.ZodType>(schema: Schema): z.output<Schema>;
  connect(): Promise<{ readonly connection: Connection; readonly gateway: Gateway; readonly sealing: SealedCommands }>;
};

export type Action = (context: CommandContext, ...args: readonly string[]) => Promise<ExitName>;

/** Turns an action into what commander calls. */
export type Bind = (action: Action) => (...args: unknown[]) => Promise<void>;

/** An option as it is typed, where commander names it otherwise. */
const optionOf = (name: PropertyKey | undefined): string => String(name).replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);

export const commandContext = (deps: CliDeps, given: Readonly<Record<string, unknown>>): CommandContext => {
  const { terminal, stdin, env, cwd, signal, clock } = deps;
  const printer = createPrinter(terminal, { json: given['json'] === true });
  const readSecret = secretReader({ stdin, warn: printer.note });
  const options: CommandContext['options'] = (schema) => {
    const parsed = schema.safeParse(given);
    if (parsed.success) return parsed.data;
    const wrong = parsed.error.issues.map((issue) => `--${optionOf(issue.path[0])}: ${issue.message}`);
    throw new CliFailure('usage', `${wrong.join('; ')}.`);
  };
  return {
    ...deps,
    printer,
    readSecret,
    options,
    connect: async () => {
      const connection = await connectionFrom(options(ConnectionOptions), { env, cwd, readSecret, clock });
      const gateway = httpGateway({ url: connection.url, token: connection.token, signal });
      const pins = knownVaults({ path: connection.knownVaultsPath, given: connection.identity, now: () => clock.now() });
      return { connection, gateway, sealing: sealedCommands({ gateway, pins, clock, note: printer.note }) };
    },
  };
};
