import type { SourceItem } from '@keyturn/imports';
import { isRetirable, importRow, whyNotRetire } from './import-row.ts';
import { countRows, type ImportReport, type ReportRow } from './import-report.ts';
import type { ImportSource } from './import-source.ts';
import type { ImportTarget } from './import-target.ts';
import { type ImportPlan, type Outline, outlineOf, type PlannedItem, planImport } from './plan-import.ts';

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
const inBatches = async <T, R>(items: readonly T[], { signal }: ImportRun, work: (item: T) => Promise<R>): Promise<R[]> => {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    signal.throwIfAborted();
    done.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  }
  return done;
};

type Imported = { readonly planned: PlannedItem | null; readonly row: ReportRow };
type Told = { readonly rows: readonly ReportRow[]; readonly next: readonly string[] };

/** Reads every imported value of a page back from the vault, by comparison, and only then takes it from the source. */
const retireRows = async (run: ImportRun, imported: readonly Imported[]): Promise<Told> => {
  const { source, target, dryRun } = run;
  const judged = await inBatches(imported, run, async ({ planned, row }): Promise<ReportRow> => {
    if (planned === null || !isRetirable(planned, row)) return row;
    const { staysBecause } = planned.found;
    if (staysBecause !== undefined)
      return { ...row, retired: 'left', sentences: [...row.sentences, `Left in the source: ${staysBecause}.`] };
    if (dryRun) return { ...row, retired: 'would-blank' };
    const why = await whyNotRetire({ target, dryRun }, planned, row);
    return why === null ? { ...row, retired: 'blanked' } : { ...row, retired: 'left', sentences: [...row.sentences, why] };
  });
  const toTake = judged.filter(({ retired }) => retired === 'blanked').map(({ reference }) => reference);
  if (toTake.length === 0) return { rows: judged, next: [] };
  const { rows: taken, next } = await source.retire(toTake);
  const told = new Map(taken.map((each) => [each.reference, each]));
  const rows = judged.map((row): ReportRow => {
    if (row.retired !== 'blanked') return row;
    const { done: isDone = false, sentence } = told.get(row.reference) ?? {};
    return { ...row, retired: isDone ? 'blanked' : 'left', sentences: [...row.sentences, ...(sentence === undefined ? [] : [sentence])] };
  });
  return { rows, next };
};

const legacyScopes = async (run: ImportRun, outlines: readonly Outline[]): Promise<ReadonlyMap<string, string>> => {
  if (run.source.issuer !== null) return new Map();
  const ids = new Set(outlines.flatMap(({ owner }) => (owner.kind === 'legacy-user' ? [owner.id] : [])));
  return new Map(await inBatches([...ids], run, async (id) => [id, await run.legacyScopeOf(id)] as const));
};

/** Reads all of the source once, and keeps of it what addresses and defaults depend on. */
const plan = async (run: ImportRun): Promise<{ readonly plan: ImportPlan; readonly total: number }> => {
  const { kind, name, issuer } = run.source;
  const outlines: Outline[] = [];
  let total = 0;
  for await (const page of run.source.pages()) {
    run.signal.throwIfAborted();
    total += page.length;
    for (const item of page) if (item.kind === 'found') outlines.push(outlineOf(item));
  }
  return { total, plan: planImport(outlines, { kind, source: name, issuer, legacyScopes: await legacyScopes(run, outlines) }) };
};

const CHANGED = 'The row came or was changed while the import ran: run the same command again.';

const importPage = async (run: ImportRun, { settle }: ImportPlan, page: readonly SourceItem[]): Promise<Told> => {
  const { target, dryRun, retire } = run;
  const imported = await inBatches(page, run, async (item): Promise<Imported> => {
    const planned = await settle(item);
    if (planned === null) return { planned, row: { reference: item.reference, status: 'failed', sentences: [CHANGED] } };
    return { planned, row: await importRow({ target, dryRun }, planned) };
  });
  return retire ? retireRows(run, imported) : { rows: imported.map(({ row }) => row), next: [] };
};

/**
 * Brings a source's credentials into Keyturn, page by page: of all that is read only the report stays in memory. May be stopped anywhere and
 * run again: what is there is found by its id, and compared.
 */
export const runImport = async (run: ImportRun): Promise<ImportReport> => {
  const { source, dryRun } = run;
  const { plan: settled, total } = await plan(run);
  const rows: ReportRow[] = [];
  const next = new Set<string>();
  for await (const page of source.pages()) {
    const told = await importPage(run, settled, page);
    rows.push(...told.rows);
    for (const sentence of told.next) next.add(sentence);
    run.onProgress(rows.length, Math.max(total, rows.length));
  }
  const counted = { counts: countRows(rows), blanked: rows.filter(({ retired }) => retired === 'blanked').length };
  return { source: `${source.kind}:${source.name}`, dryRun, rows, ...counted, next: [...next] };
};
