import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@keyturn/dev-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Place, PLACES } from '../src/places.ts';
import { type PlaceReport, scanRemains } from '../src/scan-remains.ts';
import { secrecyRun } from '../src/secrecy-run.ts';

const varDir = join(projectRoot, 'var', `secrecy-${process.pid}`);
let reports: ReadonlyMap<Place, PlaceReport>;

beforeAll(async () => {
  const remains = await secrecyRun(varDir);
  const scanned = await scanRemains(remains);
  reports = new Map(scanned.map((report) => [report.place, report]));
  console.log(tableOf(scanned, remains.secrets.length));
}, 240_000);
afterAll(() => {
  if (process.env['KEEP_SECRECY'] === undefined) rmSync(varDir, { recursive: true, force: true });
});

describe('after three rotations, a failed one and refused requests', () => {
  it.each(PLACES)('no secret is in %s', (place) => expect(reports.get(place)?.leaks).toEqual([]));

  it.each(PLACES)('all that was planted is found in %s', (place) => {
    const report = reports.get(place);
    expect(report?.missed).toEqual([]);
    expect(report?.expected.length).toBeGreaterThan(0);
  });
});

const tableOf = (scanned: readonly PlaceReport[], secrets: number): string =>
  [
    `${secrets} secrets, looked for in:`,
    ...scanned.map(
      ({ place, files, bytes, expected, leaks }) =>
        `${String(files).padStart(6)} files ${String(Math.ceil(bytes / 1024)).padStart(8)} KiB  ${place}: ${expected.length} controls, ${leaks.length} leaks`,
    ),
  ].join('\n');
