import type { SourceItem } from '@keyturn/imports';
import { isRetirable, importRow, whyNotRetire } from './import-row.ts';
import { countRows, type ImportReport, type ReportRow } from './import-report.ts';
import type { ImportSource } from './import-source.ts';
import type { ImportTarget } from './import-target.ts';
import { type PlannedItem, planImport } from './plan-import.ts';

export type ImportRun = {
  readonly source: ImportSource;
  readonly target: ImportTarget;
  /** Where a user whom only the older system knows has their credentials. */
  readonly legacyScopeOf: (legacyId: string) => Promise<string>;
  readonly dryRun: boolean;
  readonly retire: boolean;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
};

const AT_ONCE = 8;

/** Works through the items a few at a time, in order; stops between two batches when it is told to. */
const inBatches = async <T, R>(items: readonly T[], run: ImportRun, work: (item: T) => Promise<R>): Promise<R[]> => {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    run.signal.throwIfAborted();
    done.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
    run.onProgress(done.length, items.length);
  }
  return done;
};

type Imported = { readonly planned: PlannedItem; readonly row: ReportRow };

/** Reads every imported value back from the vault, by comparison, and only then takes it from the source. */
const retireRows = async (run: ImportRun, imported: readonly Imported[]): Promise<{ rows: ReportRow[]; next: readonly string[] }> => {
  const { source, target, dryRun } = run;
  const judged = await inBatches(imported, run, async ({ planned, row }): Promise<ReportRow> => {
    if (!isRetirable(planned, row)) return row;
    if (dryRun) return { ...row, retired: 'would-blank' };
    const why = await whyNotRetire({ target, dryRun }, planned, row);
    return why === null ? { ...row, retired: 'blanked' } : { ...row, retired: 'left', sentences: [...row.sentences, why] };
  });
  const toBlank = judged.filter(({ retired }) => retired === 'blanked').map(({ reference }) => reference);
  if (toBlank.length === 0) return { rows: judged, next: [] };
  const { rows: blanked, next } = await source.blank(toBlank);
  const told = new Map(blanked.map((each) => [each.reference, each]));
  const rows = judged.map((row): ReportRow => {
    if (row.retired !== 'blanked') return row;
    const { blanked: isBlank = false, sentence } = told.get(row.reference) ?? {};
    return { ...row, retired: isBlank ? 'blanked' : 'left', sentences: [...row.sentences, ...(sentence === undefined ? [] : [sentence])] };
  });
  return { rows, next };
};

const legacyScopes = async (run: ImportRun, items: readonly SourceItem[]): Promise<ReadonlyMap<string, string>> => {
  if (run.source.issuer !== null) return new Map();
  const ids = new Set(items.flatMap((item) => (item.kind === 'found' && item.owner.kind === 'legacy-user' ? [item.owner.id] : [])));
  const pairs = await inBatches(
    [...ids],
    { ...run, onProgress: () => undefined },
    async (id) => [id, await run.legacyScopeOf(id)] as const,
  );
  return new Map(pairs);
};

/** Brings a source's credentials into Keyturn. May be stopped anywhere and run again: what is there is found by its id, and compared. */
export const runImport = async (run: ImportRun): Promise<ImportReport> => {
  const { source, target, dryRun } = run;
  const items = await source.read();
  const { kind, name, issuer } = source;
  const planned = await planImport(items, { kind, source: name, issuer, legacyScopes: await legacyScopes(run, items) });
  const imported = await inBatches(planned, run, async (each): Promise<Imported> => ({
    planned: each,
    row: await importRow({ target, dryRun }, each),
  }));
  const { rows, next } = run.retire ? await retireRows(run, imported) : { rows: imported.map(({ row }) => row), next: [] };
  const blanked = rows.filter(({ retired }) => retired === 'blanked').length;
  return { source: `${source.kind}:${source.name}`, dryRun, rows, counts: countRows(rows), blanked, next };
};
