import { checkVersionFields, partsOf } from '@keyturn/contracts';
import { CliFailure } from '../cli-failure.ts';
import { ProblemAnswer } from '../connection/gateway.ts';
import type { ReportRow } from './import-report.ts';
import type { Comparison, ImportTarget, Known, Registration } from './import-target.ts';
import type { PlannedCredential, PlannedItem } from './plan-import.ts';

/** An import always makes a credential's first version; what came later is not the source's. */
export const IMPORTED_VERSION = 1;

type Deps = { readonly target: ImportTarget; readonly dryRun: boolean };

const ownerOf = ({ found: { owner } }: PlannedCredential): { owner?: string } => {
  if (owner.kind === 'system') return {};
  return { owner: owner.kind === 'subject' ? owner.name : owner.id };
};

const registrationOf = (planned: PlannedCredential, address: string, isDefault: boolean): Registration => {
  const { found, credentialId, origin } = planned;
  const { credentialType, publicFields, secretFields: fields, displayName } = found;
  const named = displayName === undefined ? {} : { displayName };
  return { credentialId, address, credentialType, publicFields, fields, isDefault, origin, ...named, ...ownerOf(planned) };
};

const rowOf = (planned: PlannedCredential, status: ReportRow['status'], more: Partial<ReportRow> = {}): ReportRow => ({
  reference: planned.found.reference,
  status,
  address: planned.address,
  credentialId: planned.credentialId,
  credentialType: planned.found.credentialType,
  ...more,
  sentences: [...(more.sentences ?? []), ...planned.found.remarks],
});

/** Why it isn't known whether the vault holds a value. */
const NOT_COMPARED: Readonly<Record<Exclude<Comparison, 'equal' | 'other'>, string>> = {
  gone: 'the imported version is gone',
  'not-allowed': 'Keyturn doesn’t let this token compare the value',
};

/** The row was imported before: is what it holds still the value that was imported? */
const compareWithKnown = async ({ target }: Deps, planned: PlannedCredential, known: Known): Promise<ReportRow> => {
  const holds = await target.holds(known.credentialId, IMPORTED_VERSION, planned.found.secretFields);
  const at = { address: known.address };
  const rotated = known.current === IMPORTED_VERSION ? [] : [`Rotated since: version ${known.current ?? 0} is current.`];
  if (holds === 'equal') return rowOf(planned, 'already-there', { ...at, sentences: rotated });
  if (holds !== 'other') {
    return rowOf(planned, 'already-there', { ...at, sentences: [`Nothing was compared: ${NOT_COMPARED[holds]}.`, ...rotated] });
  }
  return rowOf(planned, 'differs', { ...at, sentences: ['The row holds another value than was imported from it.', ...rotated] });
};

const collisionOf = ({ collision, address }: PlannedCredential): readonly string[] =>
  collision === undefined ? [] : [`The address ${collision.wanted} is that of ${collision.takenBy}; this row’s is ${address}.`];

/** Somebody else has the address: the same value under it is what we want; otherwise the row goes to its other address. */
const placeElsewhere = async (deps: Deps, planned: PlannedCredential): Promise<ReportRow> => {
  const { target, dryRun } = deps;
  const taken = await target.ownerOf(planned.address);
  const same =
    taken !== null &&
    taken.current !== null &&
    (await target.holds(taken.credentialId, taken.current, planned.found.secretFields)) === 'equal';
  if (same) {
    const there = { address: taken.address, credentialId: taken.credentialId };
    return rowOf(planned, 'already-there', { ...there, sentences: ['The same value is there under an id of its own.'] });
  }
  const address = planned.otherAddress;
  const sentences = [`${planned.address} is another credential’s address; this row’s is ${address}.`];
  if (dryRun) return rowOf(planned, 'would-import', { address, sentences });
  const again = await target.register(registrationOf(planned, address, false));
  if (again === 'registered') return rowOf(planned, 'imported', { address, sentences });
  const both = `${planned.address} and ${address} are other credentials’ addresses. [address-taken]`;
  return rowOf(planned, 'refused', { address, sentences: [both] });
};

const importNew = async (deps: Deps, planned: PlannedCredential): Promise<ReportRow> => {
  const { target, dryRun } = deps;
  const { found, address } = planned;
  const issues = checkVersionFields(found.credentialType, found.publicFields, found.secretFields.reveal());
  if (issues.length > 0) {
    return rowOf(planned, 'refused', { sentences: [`${issues.map(({ message }) => message).join(' ')} [fields-invalid]`] });
  }
  const collision = collisionOf(planned);
  if (dryRun) {
    return (await target.ownerOf(address)) ? placeElsewhere(deps, planned) : rowOf(planned, 'would-import', { sentences: collision });
  }
  const { scope, service } = partsOf(address);
  const isDefault = planned.mayBeDefault && !(await target.hasDefault(scope, service));
  const registered = await target.register(registrationOf(planned, address, isDefault));
  if (registered === 'address-taken') return placeElsewhere(deps, planned);
  const chosen = isDefault ? [`The default of ${service}: of several it was used last.`] : [];
  return rowOf(planned, 'imported', { sentences: [...collision, ...chosen] });
};

const importFound = async (deps: Deps, planned: PlannedCredential): Promise<ReportRow> => {
  const known = await deps.target.find(planned.credentialId);
  if (known?.status === 'deleted') {
    return rowOf(planned, 'skipped', { address: known.address, sentences: ['It was imported before, and deleted in Keyturn since.'] });
  }
  return known ? compareWithKnown(deps, planned, known) : importNew(deps, planned);
};

/** A row without a value may be one that was retired. */
const emptyRow = async ({ target }: Deps, reference: string, credentialId: string, sentence: string): Promise<ReportRow> => {
  const known = await target.find(credentialId);
  if (!known) return { reference, status: 'skipped', sentences: [sentence] };
  return { reference, status: 'already-there', address: known.address, credentialId, sentences: ['The source was retired.'] };
};

/** Did Keyturn say no to this row alone? Without a right or without a vault no other row would fare better. */
const isOfOneRow = (fault: unknown): fault is ProblemAnswer =>
  fault instanceof ProblemAnswer && fault.exit !== 'denied' && fault.exit !== 'unreachable';

/** Imports one row, or says what becomes of it. What no other row can mend is thrown: no gateway, no right, no trust. */
export const importRow = async (deps: Deps, planned: PlannedItem): Promise<ReportRow> => {
  if ('item' in planned) {
    const { kind, reference, sentence } = planned.item;
    if (kind === 'empty') return emptyRow(deps, reference, planned.credentialId, sentence);
    return { reference, status: kind, sentences: [sentence] };
  }
  try {
    return await importFound(deps, planned);
  } catch (fault) {
    if (!isOfOneRow(fault)) throw fault;
    return rowOf(planned, fault.exit === 'refused' ? 'refused' : 'failed', { sentences: [`${fault.message} [${fault.code}]`] });
  }
};

/** Is there anything of this row that `--retire` may take away, once the vault has shown that it holds it? */
export const isRetirable = (planned: PlannedItem, { status }: ReportRow): planned is PlannedCredential =>
  'found' in planned && (status === 'imported' || status === 'already-there' || status === 'would-import');

/** The read-back: null where the vault holds the very value of the row, else why the row stays. */
export const whyNotRetire = async (deps: Deps, planned: PlannedCredential, row: ReportRow): Promise<string | null> => {
  try {
    return await compareBeforeRetiring(deps, planned, row);
  } catch (fault) {
    if (!isOfOneRow(fault)) throw fault;
    return `Left in the source: ${fault.message} [${fault.code}]`;
  }
};

const compareBeforeRetiring = async ({ target }: Deps, planned: PlannedCredential, row: ReportRow): Promise<string | null> => {
  const credentialId = row.credentialId ?? planned.credentialId;
  const known = await target.find(credentialId);
  if (!known) throw new CliFailure('broken', `${row.reference} was imported, and is not there.`);
  const version = credentialId === planned.credentialId ? IMPORTED_VERSION : (known.current ?? 0);
  const holds = version > 0 ? await target.holds(credentialId, version, planned.found.secretFields) : 'gone';
  if (holds === 'equal') return null;
  return `Left in the source: ${holds === 'other' ? 'the vault holds another value' : NOT_COMPARED[holds]}.`;
};
