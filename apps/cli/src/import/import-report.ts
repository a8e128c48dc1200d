/** What became of one row of a source. */
export type RowStatus =
  | 'imported'
  | 'would-import'
  | 'already-there'
  | 'skipped'
  | 'corrupt'
  | 'wrong-key'
  | 'no-key'
  | 'not-text'
  | 'malformed'
  | 'refused'
  | 'differs'
  | 'failed';

export type ReportRow = {
  readonly reference: string;
  readonly status: RowStatus;
  readonly address?: string;
  readonly credentialId?: string;
  readonly credentialType?: string;
  /** Why, or what a person should know of it. Never a value. */
  readonly sentences: readonly string[];
  /** What became of the value at its source, where that was asked for. */
  readonly retired?: 'blanked' | 'would-blank' | 'left';
};

export type ImportReport = {
  readonly source: string;
  readonly dryRun: boolean;
  readonly rows: readonly ReportRow[];
  readonly counts: Readonly<Partial<Record<RowStatus, number>>>;
  readonly blanked: number;
  /** What to do next, by hand. */
  readonly next: readonly string[];
};

const FAILED: ReadonlySet<RowStatus> = new Set(['corrupt', 'wrong-key', 'no-key', 'not-text', 'malformed', 'refused', 'differs', 'failed']);

/** Is something of this row still to be done by somebody? */
export const isFailure = ({ status, retired }: ReportRow): boolean => FAILED.has(status) || retired === 'left';

export const countRows = (rows: readonly ReportRow[]): ImportReport['counts'] => {
  const counts: Partial<Record<RowStatus, number>> = {};
  for (const { status } of rows) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
