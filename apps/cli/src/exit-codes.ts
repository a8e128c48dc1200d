/** Every exit code, once: `--help`, docs/cli.md and the program itself say the same. */
export const EXIT_CODES = {
  ok: { code: 0, means: 'Done; for an import: every row is accounted for and none failed' },
  broken: { code: 1, means: 'Something broke that should not; the sentence says where' },
  usage: { code: 2, means: 'The command line or a setting is wrong; nothing was done' },
  unreachable: { code: 3, means: 'The gateway, the vault or the source database is not reachable; try again' },
  denied: { code: 4, means: 'The token is missing, is not accepted, or does not allow this' },
  unknown: { code: 5, means: 'There is no such thing' },
  refused: { code: 6, means: 'Keyturn said no; the sentence ends in its code' },
  source: { code: 7, means: 'The source can’t be read: a file, a table or its form' },
  rows: { code: 8, means: 'An import ended, and some rows failed; the report names them' },
  untrusted: { code: 9, means: 'The vault shows another identity than the known one; nothing was sealed' },
  interrupted: { code: 130, means: 'Interrupted; what was done stays, and the same command goes on from there' },
} as const;
export type ExitName = keyof typeof EXIT_CODES;

/** The table as text, for `--help`. */
export const exitCodeLines = (): string =>
  Object.values(EXIT_CODES)
    .map(({ code, means }) => `  ${String(code).padStart(3)}  ${means}`)
    .join('\n');
