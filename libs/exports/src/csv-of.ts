import { ExportedCredential } from '@keyturn/contracts/api';
import { stringify } from 'csv-stringify/sync';

/** Rows in the columns' order, RFC 4180; a cell that a spreadsheet would take for a formula gets an apostrophe before it. */
export const csvOf = (rows: readonly ExportedCredential[], { header }: { readonly header: boolean }): string =>
  stringify(
    rows.map((row) => ({ ...row, isDefault: String(row.isDefault) })),
    { header, columns: Object.keys(ExportedCredential.shape), escape_formulas: true, record_delimiter: '\r\n' },
  );
