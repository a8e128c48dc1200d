/** The words of what is taken away of everything: exports and backups. */
export const exporting = {
  title: 'Export the credentials',
  lead: 'What is known of every credential, a row each: address, type, owner, tags, version, dates. No secrets, and no masks of them.',
  recorded: 'Your name and the time are recorded before the first row is given.',
  format: 'Format',
  formats: { json: { label: 'JSON', hint: 'for programs' }, csv: { label: 'CSV', hint: 'for spreadsheets' } },
  start: 'Export',
  reading: 'Reading the rows…',
  size: (size: string) => `${size} so far`,
  done: (file: string, size: string) => `${file} is saved: ${size}.`,
  again: 'Save it once more',
  stop: 'Stop',
} as const;

export const backing = {
  title: 'Back up the vault',
  lead: 'Writes the log and all keys into one encrypted file, in the folder on the vault’s host, for the recipients that are set up there.',
  holds: 'Whoever opens it has every secret in it. It never passes through this page.',
  recorded: 'Your name and the time are recorded.',
  loading: 'Looking for the last backup…',
  never: 'None was started from here yet.',
  last: 'The last one:',
  start: 'Back up now',
  again: 'Back up once more',
  by: (who: string) => `by ${who}`,
  requested: 'It is asked for; the vault is about to begin.',
  running: (lines: string, size: string) => `Writing: ${lines} lines, ${size} so far.`,
  goesOn: 'It goes on when this is closed.',
  completed: (file: string, size: string) => `${file} is whole and on disk: ${size}.`,
  upTo: (position: string) => `It reaches up to event ${position} of the log.`,
  failed: (file: string) => `${file} was not made`,
  ago: { completed: 'completed', failed: 'failed' },
  unconfigured: {
    title: 'Backups are not set up on the vault’s host',
    why: (why: string) => `The vault says: ${why}.`,
    what: 'Set BACKUP_FOLDER to a folder that the vault can write to, and BACKUP_RECIPIENTS_FILE to a file of age recipients, and start the vault again. Meanwhile keyturn backup create makes one on that host.',
  },
} as const;
