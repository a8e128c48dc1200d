import type { CommandContext } from '../context.ts';
import type { ExitName } from '../exit-codes.ts';
import { type ImportReport, isFailure, type ReportRow } from '../import/import-report.ts';
import { columns } from '../output/columns.ts';

const RETIRED: Readonly<Record<NonNullable<ReportRow['retired']>, string>> = {
  blanked: 'Blanked in the source.',
  'would-blank': 'Would be blanked in the source.',
  left: '',
};

const sentencesOf = ({ sentences, retired }: ReportRow): string =>
  [...sentences, ...(retired === undefined ? [] : [RETIRED[retired]])].filter((sentence) => sentence !== '').join(' ');

const summaryOf = ({ rows, counts, blanked, dryRun }: ImportReport): string => {
  const counted = Object.entries(counts).map(([status, count]) => `${count} ${status.replaceAll('-', ' ')}`);
  const retired = blanked === 0 ? '' : `; ${blanked} blanked in the source`;
  return `${rows.length} rows: ${counted.join(', ') || 'nothing'}${retired}.${dryRun ? ' Nothing was changed: a dry run.' : ''}`;
};

/** Prints what became of every row, and says how the import ended. */
export const printReport = ({ printer }: Pick<CommandContext, 'printer'>, report: ImportReport): ExitName => {
  const failed = report.rows.filter(isFailure);
  const lines = columns(report.rows.map((row) => [row.status, row.reference, row.address ?? '-', sentencesOf(row)]));
  const painted = lines.map((line, at) => {
    const row = report.rows[at];
    return row && isFailure(row) ? printer.paint('red', line) : line;
  });
  printer.result({ ...report, failed: failed.length }, [...painted, '', printer.paint('bold', summaryOf(report)), ...report.next]);
  return failed.length > 0 ? 'rows' : 'ok';
};
