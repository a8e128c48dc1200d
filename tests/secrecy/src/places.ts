/** Where a secret might have got to. Every file of a run belongs to exactly one of these, so none is forgotten. */
export const PLACES = [
  'the wiretap of NATS',
  'the NATS store',
  'the Temporal database',
  'the histories in Temporal',
  'the dump of the vault’s database',
  'the dump of the audit database',
  'the dump of the orders database',
  'the dump of database postgres',
  'the files of Postgres, WAL included',
  'the target server’s log',
  'our own logs',
  'the spans',
  'other lines of JSON',
  'what the API answered',
  'what the browser was answered',
  'the browser’s storage and page',
  'the browser’s profile on disk',
  'the environments and command lines of all processes',
  'everything else in the stack’s folder',
] as const;
export type Place = (typeof PLACES)[number];

/** The folder, below that of the run, into which the test puts what is not a file by itself. */
export const EVIDENCE = 'evidence';

/** The parts of the evidence, by the name of their file or folder there. */
export const EVIDENCE_OF = {
  wiretap: 'the wiretap of NATS',
  histories: 'the histories in Temporal',
  'dump-keyturn_vault': 'the dump of the vault’s database',
  'dump-keyturn_audit': 'the dump of the audit database',
  'dump-orders': 'the dump of the orders database',
  'dump-postgres': 'the dump of database postgres',
  'api-answers': 'what the API answered',
  'browser-answers': 'what the browser was answered',
  'browser-storage': 'the browser’s storage and page',
  'browser-profile': 'the browser’s profile on disk',
  processes: 'the environments and command lines of all processes',
} as const satisfies Record<string, Place>;
export type EvidenceName = keyof typeof EVIDENCE_OF;

const RULES: readonly (readonly [RegExp, Place])[] = [
  ...Object.entries(EVIDENCE_OF).map(([name, place]) => [new RegExp(`^${EVIDENCE}/${name}(/|$)`, 'u'), place] as const),
  [/^nats\/jetstream\//u, 'the NATS store'],
  [/^temporal\//u, 'the Temporal database'],
  [/^postgres\//u, 'the files of Postgres, WAL included'],
  [/^logs\/postgres\.log$/u, 'the target server’s log'],
  [/^logs\//u, 'our own logs'],
  [/^traces\//u, 'the spans'],
  [/\.jsonl$/u, 'other lines of JSON'],
];

/** The place of a file, named relative to the run's folder. */
export const placeOf = (file: string): Place =>
  RULES.find(([pattern]) => pattern.test(file))?.[1] ?? 'everything else in the stack’s folder';
