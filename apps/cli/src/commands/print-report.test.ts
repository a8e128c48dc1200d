import { describe, expect, it } from 'vitest';
import type { ImportReport, ReportRow } from '../import/import-report.ts';
import { createPrinter } from '../output/printer.ts';
import { printReport } from './print-report.ts';

const printed = (retired: ReportRow['retired'], counts: Pick<ImportReport, 'blanked' | 'omitted'>, json = false): string => {
  let out = '';
  const terminal = { out: (text: string) => (out += text), err: () => undefined, outIsTty: false, errIsTty: false };
  const row: ReportRow = { reference: 'users/u/byok_openai_key', status: 'already-there', sentences: ['Of the source.'] };
  const rows = [retired === undefined ? row : { ...row, retired }];
  const report: ImportReport = { source: 'keycloak:main', dryRun: false, rows, counts: { 'already-there': 1 }, ...counts, next: [] };
  printReport({ printer: createPrinter(terminal, { json }) }, report);
  return out;
};

describe('a printed report', () => {
  it('says of what was blanked that it was', () => {
    const out = printed('blanked', { blanked: 1, omitted: 0 });
    expect(out).toContain('Of the source. Blanked in the source.');
    expect(out).toContain('1 rows: 1 already there; 1 blanked in the source.');
  });

  it('says nothing of blanking where a value was only left out of a copy', () => {
    const out = printed('omitted', { blanked: 0, omitted: 1 });
    expect(out).not.toContain('Blanked in the source');
    expect(out).toContain('1 left out of the copy, none blanked in the source.');
    expect(printed('would-omit', { blanked: 0, omitted: 0 })).toContain('Would be left out of a copy beside the source.');
    const json: unknown = JSON.parse(printed('omitted', { blanked: 0, omitted: 1 }, true));
    expect(json).toMatchObject({ blanked: 0, omitted: 1, rows: [{ retired: 'omitted' }] });
  });
});
