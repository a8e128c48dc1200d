import { describe, expect, it } from 'vitest';
import type { ImportReport, ReportRow } from '../import/import-report.ts';
import { createPrinter } from '../output/printer.ts';
import { printReport } from './print-report.ts';

const printed = (retired: ReportRow['retired'], blanked: number): string => {
  let out = '';
  const terminal = { out: (text: string) => (out += text), err: () => undefined, outIsTty: false, errIsTty: false };
  const row: ReportRow = { reference: 'users/u/byok_openai_key', status: 'already-there', sentences: ['Of the source.'] };
  const rows = [retired === undefined ? row : { ...row, retired }];
  const report: ImportReport = { source: 'keycloak:main', dryRun: false, rows, counts: { 'already-there': 1 }, blanked, next: [] };
  printReport({ printer: createPrinter(terminal, { json: false }) }, report);
  return out;
};

describe('a printed report', () => {
  it('says of what was blanked that it was', () => {
    const out = printed('blanked', 1);
    expect(out).toContain('Of the source. Blanked in the source.');
    expect(out).toContain('1 rows: 1 already there; 1 blanked in the source.');
  });

  it('says what would be blanked, and nothing of a value that is left', () => {
    expect(printed('would-blank', 0)).toContain('Would be blanked in the source.');
    expect(printed('left', 0)).not.toMatch(/blanked/i);
  });
});
