import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@keyturn/dev-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVIDENCE_OF, type Place, PLACES } from '../src/places.ts';
import { type PlaceReport, scanRemains, type ScanReport } from '../src/scan-remains.ts';
import { hasProc, secrecyRun } from '../src/secrecy-run.ts';

const varDir = join(projectRoot, 'var', `secrecy-${process.pid}`);
let scanned: ScanReport;
const reportOf = (place: Place): PlaceReport | undefined => scanned.places.find((report) => report.place === place);

beforeAll(async () => {
  const remains = await secrecyRun(varDir);
  scanned = await scanRemains(remains);
  console.log(tableOf(scanned.places, remains.secrets.length));
});
afterAll(() => {
  if (process.env['KEEP_SECRECY'] === undefined) rmSync(varDir, { recursive: true, force: true });
});

/** Where there is no `/proc`, nothing is read of processes. */
const LOOKED_AT = PLACES.filter((place) => hasProc || place !== EVIDENCE_OF.processes);

describe('after three rotations, a failed one and refused requests', () => {
  it.each(PLACES)('no secret is in %s', (place) => expect(reportOf(place)?.leaks).toEqual([]));

  it.each(LOOKED_AT)('all that was planted is found in %s', (place) => {
    const report = reportOf(place);
    expect(report?.missed).toEqual([]);
    expect(report?.expected.length).toBeGreaterThan(0);
  });

  it('every exception in the allow-list is needed', () => expect(scanned.unused).toEqual([]));
});

const tableOf = (places: readonly PlaceReport[], secrets: number): string =>
  [
    `${secrets} secrets, looked for in:`,
    ...places.map(
      ({ place, files, bytes, expected, leaks }) =>
        `${String(files).padStart(6)} files ${String(Math.ceil(bytes / 1024)).padStart(8)} KiB  ${place}: ${expected.length} controls, ${leaks.length} leaks`,
    ),
  ].join('\n');
