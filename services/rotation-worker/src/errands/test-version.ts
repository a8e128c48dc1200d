import { setTimeout as wait } from 'node:timers/promises';
import { saysNothing, type TestReport } from '@keyturn/contracts';
import type { Errand } from '@keyturn/contracts/queries';
import { givingWay, type OpenedFields, type ProviderAdapter, TurnTooFar, withAccount } from '@keyturn/providers';
import type { ProviderAdapters } from '@keyturn/providers/adapters';
import { accountOf } from '../activities/activity.ts';
import { refusedByVault } from '../activities/failure.ts';
import type { Errands, ErrandVerdict } from '../ports/errands.ts';
import { type InspectDeps, inspectIssuer } from './inspect-issuer.ts';
import { whyTooFar } from './why-too-far.ts';

export type TestDeps = InspectDeps & {
  readonly errands: Errands;
  readonly adapters: Readonly<Partial<ProviderAdapters>>;
  /** How long a provider that can't be asked is left alone before it is asked again. */
  readonly retryMs?: number;
};

const TRIES = 3;
/** A person waits for the answer: a provider that is this slow to be unreachable is not asked again. */
const PATIENCE_MS = 6_000;
const NO_TEST: ErrandVerdict = {
  verdict: 'no-test',
  sentence: 'This worker has no test for the type: it is older than the vault.',
  elapsedMs: 0,
};

/** Null for a type that the vault's version has a test of, and this one's not. */
const adapterFor = (adapters: Readonly<Partial<Record<string, ProviderAdapter>>>, type: string): ProviderAdapter | null =>
  Object.hasOwn(adapters, type) ? (adapters[type] ?? null) : null;

type Tried = { readonly adapter: ProviderAdapter; readonly errand: Errand; readonly fields: OpenedFields };

/**
 * What can't be asked for its rate says when it can be: somebody waits for it. One that nobody waits for gives way to what somebody does, and that
 * Keyturn's own queue is long is no verdict on a value: it is tried another time.
 */
const testInTurn = async ({ adapter, errand, fields }: Tried): Promise<TestReport> => {
  const { isScheduled } = errand;
  const inTurn = isScheduled ? givingWay : withAccount;
  try {
    return await inTurn(() => adapter.test(fields), accountOf(errand));
  } catch (thrown) {
    if (!(thrown instanceof TurnTooFar) || (isScheduled && !thrown.isHeld)) throw thrown;
    const retryAfterSeconds = Math.ceil(thrown.inMs / 1_000);
    const sentence = `${whyTooFar(thrown)}: test again in ${retryAfterSeconds} s.`;
    return { verdict: 'rate-limited', sentence, elapsedMs: 0, retryAfterSeconds };
  }
};

/** Whether another try may say more, soon enough for who waits. */
const isWorthAnother = ({ verdict, retryAfterSeconds = 0 }: TestReport, spentMs: number): boolean =>
  saysNothing(verdict) && spentMs <= PATIENCE_MS && retryAfterSeconds * 1_000 <= PATIENCE_MS;

/** Asked again for a while: what the provider can't say once is no verdict yet. */
const testPatiently = async ({ retryMs = 1_000 }: TestDeps, tried: Tried): Promise<TestReport> => {
  let spent = 0;
  for (let attempt = 1; ; attempt += 1) {
    const report = await testInTurn(tried);
    spent += report.elapsedMs;
    if (attempt === TRIES || !isWorthAnother(report, spent)) return report;
    await wait(retryMs);
  }
};

/** The value is opened once. Where its provider doesn't answer, its issuer isn't looked at either. */
const verdictOn = async (deps: TestDeps, adapter: ProviderAdapter, errand: Errand): Promise<ErrandVerdict> => {
  const { credentialId, version } = errand;
  const opened = await deps.vault.reveal({ credentialId, what: 'version', version });
  if (!opened.ok) throw refusedByVault('reveal the version', opened.refusal);
  const { fields } = opened.value;
  const report = await testPatiently(deps, { adapter, errand, fields });
  const issuer = saysNothing(report.verdict) ? null : await inspectIssuer(deps, errand, fields);
  return { ...report, sentence: report.sentence.slice(0, 500), ...(issuer && { issuer }) };
};

/** Nobody waits for it any more: another worker was first, or it took too long. */
const COMES_TOO_LATE: ReadonlySet<string> = new Set(['version-not-pending', 'credential-deleted', 'credential-deleting']);

/** Tries one version at its provider, and tells the vault. */
export const testVersion = async (deps: TestDeps, errand: Errand): Promise<void> => {
  const adapter = adapterFor(deps.adapters, errand.credentialType);
  const verdict = adapter ? await verdictOn(deps, adapter, errand) : NO_TEST;
  const recorded = await deps.errands.recordTested(errand, verdict);
  if (!recorded.ok && !COMES_TOO_LATE.has(recorded.refusal.code)) throw refusedByVault('record the test', recorded.refusal);
};
