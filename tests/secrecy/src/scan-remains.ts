import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ALLOWED, type Allowed, allowanceFor } from './allow-list.ts';
import { fileSource, filesBelow } from './file-source.ts';
import { type Place, PLACES, placeOf } from './places.ts';
import { type Finding, lookFor, scan } from './scan/scan.ts';
import type { Remains } from './secrecy-run.ts';

/** What was found in one place. The lines name file, encoding, offset and which secret it is; never the secret. */
export type PlaceReport = {
  readonly place: Place;
  readonly files: number;
  readonly bytes: number;
  /** Secrets where they may not be. */
  readonly leaks: readonly string[];
  /** Controls that were to be found here, and the ones that were not. */
  readonly expected: readonly string[];
  readonly missed: readonly string[];
};

type Found = { readonly file: string; readonly bytes: number; readonly findings: readonly Finding[] };

export type ScanReport = {
  readonly places: readonly PlaceReport[];
  /** Exceptions that nothing needs. */
  readonly unused: readonly Allowed[];
};

/** Looks through every file of a run for every secret and every control. */
export const scanRemains = async ({ varDir, secrets, controls }: Remains): Promise<ScanReport> => {
  const finder = lookFor([...secrets, ...controls]);
  const found: Found[] = [];
  for (const file of filesBelow(varDir)) {
    const path = join(varDir, file);
    found.push({ file, bytes: statSync(path).size, findings: await scan(fileSource(path), finder) });
  }
  const isSecret = new Set(secrets.map(({ label }) => label));
  const used = new Set(found.flatMap(({ file, findings }) => findings.map(({ label }) => allowanceFor(label, file))));
  const places = PLACES.map((place) => {
    const here = found.filter(({ file }) => placeOf(file) === place);
    const seen = new Set(here.flatMap(({ findings }) => findings.map(({ label }) => label)));
    const expected = controls.filter(({ places }) => places.includes(place)).map(({ label }) => label);
    return {
      place,
      files: here.length,
      bytes: here.reduce((sum, { bytes }) => sum + bytes, 0),
      leaks: here.flatMap(({ file, findings }) =>
        findings.filter(({ label }) => isSecret.has(label) && !allowanceFor(label, file)).map((finding) => lineOf(file, finding)),
      ),
      expected,
      missed: expected.filter((label) => !seen.has(label)),
    };
  });
  return { places, unused: ALLOWED.filter((allowed) => !used.has(allowed)) };
};

const lineOf = (file: string, { label, encoding, offset, inside }: Finding): string => {
  const where = inside === undefined ? '' : ` of what the ${inside.format} at ${inside.offset} holds`;
  return `${label} is in ${file}, as ${encoding}, at ${offset}${where}`;
};
