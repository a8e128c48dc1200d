import type { ExitName } from './exit-codes.ts';

/** What ends a command: one sentence for people, one code for programs. Never holds a secret. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exit: ExitName;
  /** The API's own code where it said no, else the exit's name. */
  readonly code: string;

  constructor(exit: ExitName, sentence: string, options: { readonly code?: string; readonly cause?: unknown } = {}) {
    super(sentence, { cause: options.cause });
    this.exit = exit;
    this.code = options.code ?? exit;
  }
}
