import { Command, CommanderError } from 'commander';
import { CliFailure } from './cli-failure.ts';
import { addBackupCommands } from './backup/backups.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addConsumerCommands } from './commands/consumers.ts';
import { addCredentialCommands } from './commands/credentials.ts';
import { addExportCommand } from './commands/export.ts';
import { addImportCommands } from './commands/imports.ts';
import { addLegacyUserCommands } from './commands/legacy-users.ts';
import { addRotationCommands } from './commands/rotations.ts';
import { addSignInCommands } from './commands/sign-in.ts';
import { addTokenCommands } from './commands/tokens.ts';
import { type Bind, type CliDeps, commandContext } from './context.ts';
import { EXIT_CODES, exitCodeLines, type ExitName } from './exit-codes.ts';
import { createPrinter } from './output/printer.ts';

const HELP = `
Where Keyturn is, and as whom:
  KEYTURN_URL, and keyturn login, KEYTURN_TOKEN_FILE or KEYTURN_TOKEN; or --dev beside a running dev stack.
  Secrets are read from files, the environment or standard input (-), never from the command line.

Exit codes:
${exitCodeLines()}`;

const createProgram = (deps: CliDeps, finish: (exit: ExitName) => void): Command => {
  const { terminal } = deps;
  const program = new Command('keyturn');
  const bind: Bind =
    (action) =>
    async (...args) => {
      const command = args.at(-1);
      if (!(command instanceof Command)) throw new Error('commander calls an action with its command last');
      const words = args.filter((word) => typeof word === 'string');
      finish(await action(commandContext(deps, command.optsWithGlobals()), ...words));
    };
  program
    .description('Keeps and rotates the credentials that services use at other systems.')
    .option('--json', 'one JSON document on standard output')
    .option('--url <url>', 'where Keyturn is (KEYTURN_URL)')
    .option('--token-file <file>', 'the bearer token; - is standard input (KEYTURN_TOKEN_FILE)')
    .option('--identity <key>', 'the vault’s identity to hold it to, instead of trust on first use (KEYTURN_IDENTITY)')
    .option('--dev', 'takes both from var/dev/endpoints.json of the running dev stack')
    .addHelpText('after', HELP)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: () => undefined });
  addImportCommands(program, bind);
  addCredentialCommands(program, bind);
  addRotationCommands(program, bind);
  addConsumerCommands(program, bind);
  addTokenCommands(program, bind);
  addLegacyUserCommands(program, bind);
  addExportCommand(program, bind);
  addAuditCommands(program, bind);
  addBackupCommands(program, bind);
  addSignInCommands(program, bind);
  return program;
};

/** Names the option, and not what was given to it: somebody may have tried to give a secret. */
const usageOf = ({ message }: CommanderError): string => {
  const sentence = message.replace(/^error: /, '').replaceAll(/(--?[a-z][\w-]*)=[^']*/gi, '$1=…');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}. See keyturn --help`;
};

/** The place where it broke, without the message: that may quote anything. */
const placeOf = (fault: unknown): string => {
  if (!(fault instanceof Error)) return 'nowhere';
  const frame = /\n\s+at .*?(?<place>[\w./-]+\.ts:\d+)/.exec(fault.stack ?? '')?.groups?.['place'];
  return `${fault.name} in ${frame ?? 'a library'}`;
};

const failureOf = (fault: unknown, { signal }: CliDeps): CliFailure => {
  if (signal.aborted) return new CliFailure('interrupted', 'Interrupted; run the same command again to go on.');
  if (fault instanceof CliFailure) return fault;
  if (fault instanceof CommanderError) return new CliFailure('usage', usageOf(fault));
  return new CliFailure('broken', `Something broke that should not: ${placeOf(fault)}.`, { cause: fault });
};

const isHelp = (fault: unknown): boolean => fault instanceof CommanderError && fault.exitCode === 0;

/** Runs one command line, and answers the process's exit code. Never throws. */
export const runCli = async (args: readonly string[], deps: CliDeps): Promise<number> => {
  let exit: ExitName = 'ok';
  try {
    await createProgram(deps, (told) => (exit = told)).parseAsync([...args], { from: 'user' });
  } catch (fault) {
    if (isHelp(fault)) return EXIT_CODES.ok.code;
    const failure = failureOf(fault, deps);
    createPrinter(deps.terminal, { json: args.includes('--json') }).failure(failure);
    exit = failure.exit;
  }
  return EXIT_CODES[exit].code;
};
