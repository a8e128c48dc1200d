import { asOneWork, TurnTooFar, type UseSample } from '@keyturn/providers';
import { z } from 'zod';
import type { Execution } from '../ports/execution.ts';
import { extendRow, observedMs, watchedFrom, type IdleRow } from '../rotation/idle-row.ts';
import type { StepRun } from '../rotation/rotation-run.ts';
import { openFields, providerFor, providerIdOf, report, stillNeeded, type ActivityDeps, type StepNamed } from './activity.ts';
import { orRefused } from './failure.ts';
import { presentable } from '../rotation/scrub.ts';

/** `row`: what an earlier activity of the same run has seen already. */
export type ObserveUse = StepRun & { readonly row?: IdleRow | undefined };

const Remembered = z.object({ version: z.int(), idle: z.boolean(), samples: z.int(), since: z.string(), last: z.string() });

const named = (names: readonly string[]): string => (names.length === 0 ? '' : ` (${names.join(', ')})`);

/** One sentence for people: who still uses the old login, or for how long nobody has. */
export const describeUse = (username: string, row: IdleRow, seen: UseSample): string => {
  if (row.idle) return `Nobody used ${username} in ${row.samples} samples over ${Math.round(observedMs(row) / 1000)} s.`;
  if (seen.lastUsedAt !== undefined) return `${username} was last used at ${seen.lastUsedAt}, the provider says.`;
  const sessions = seen.sessions === 1 ? '1 session is' : `${seen.sessions} sessions are`;
  return presentable(`${sessions} still logged in as ${username}${named([...seen.applications, ...seen.addresses])}.`);
};

const isProved = ({ acksMissing, graceMs }: StepNamed<'watch'>, row: IdleRow): boolean =>
  acksMissing.length === 0 && row.idle && observedMs(row) >= graceMs;

/** Somebody acknowledged, or fell silent: the run shows it at once. */
const waitsForOthers = (before: StepNamed<'watch'>, now: StepNamed<'watch'>): boolean =>
  before.acksMissing.join('\n') !== now.acksMissing.join('\n');

const reportUse = (deps: ActivityDeps, execution: Execution, step: StepNamed<'watch'>, row: IdleRow, seen: UseSample): Promise<void> => {
  const { credentialId, epoch, version } = step;
  const { idle, samples } = row;
  const sentence = describeUse(providerIdOf(step), row, seen);
  const evidence = { credentialId, epoch, version, idle, samples, observedMs: observedMs(row), sentence };
  return report(deps, execution, step, ['epoch.record-evidence', evidence]);
};

/** Where no provider tells of uses, only the consumers are waited for. */
const awaitOthers = async (deps: ActivityDeps, run: ObserveUse, first: StepNamed<'watch'>, execution: Execution): Promise<undefined> => {
  const { evidenceEveryMs, forMs } = first;
  for (let waitedMs = 0; waitedMs < forMs; waitedMs += evidenceEveryMs) {
    await execution.sleep(evidenceEveryMs);
    const step = await stillNeeded(deps, run, 'watch');
    if (!step || waitsForOthers(first, step)) return;
  }
};

/** Each sample is work of its own, so that a watch keeps nobody waiting; one whose turn is too far away is left out, and says how far. */
const sampleInTurn = async (sample: () => Promise<UseSample>): Promise<UseSample | { readonly inMs: number }> => {
  try {
    return await asOneWork(sample);
  } catch (thrown) {
    if (thrown instanceof TurnTooFar) return { inMs: thrown.inMs };
    throw thrown;
  }
};

/** By the provider's clock, for its answers may take longer than the pauses between them. */
const msOver = (from: UseSample | undefined, to: UseSample | undefined): number =>
  from && to ? Date.parse(to.sampledAt) - Date.parse(from.sampledAt) : 0;

/**
 * Looks for sessions of the old login until nobody used it over the grace, or the time that the vault gave is over, and reports the
 * row of samples. A row goes on over several calls and over retries, so ending one to show something new costs nothing.
 */
export const observeUse = async (deps: ActivityDeps, run: ObserveUse, execution: Execution): Promise<IdleRow | undefined> => {
  const first = await stillNeeded(deps, run, 'watch');
  if (!first) return run.row;
  if (first.strategy === 'assisted') return awaitOthers(deps, run, first, execution);
  const { credentialId, version, evidenceEveryMs, forMs } = first;
  const provider = providerFor(deps, first);
  const providerId = providerIdOf(first);
  const issuer = await openFields(deps, { credentialId, what: 'issuer' });
  const remembered = Remembered.safeParse(execution.remembered);
  let row = remembered.success ? remembered.data : run.row;
  if (row) await execution.sleep(Math.min(evidenceEveryMs, forMs));
  const sample = async (): Promise<UseSample> =>
    orRefused(await provider.sampleUse({ issuer, providerId, since: watchedFrom(row, version), last: row?.last }));
  let begin: UseSample | undefined;
  let latest: UseSample | undefined;
  for (let waitedMs = 0; ;) {
    const step = waitedMs === 0 ? first : await stillNeeded(deps, run, 'watch');
    if (!step) return row;
    const sampled = await sampleInTurn(sample);
    if ('sampledAt' in sampled) {
      latest = sampled;
      begin ??= sampled;
      const { sampledAt, sessions, isGapless = false } = sampled;
      row = extendRow(row, { version, sampledAt, sessions, isGapless }, evidenceEveryMs);
      execution.beat(row);
    }
    const pauseMs = 'inMs' in sampled ? Math.max(evidenceEveryMs, sampled.inMs) : evidenceEveryMs;
    const isOver = Math.max(waitedMs, msOver(begin, latest)) + pauseMs > forMs;
    if (isOver || waitsForOthers(first, step) || (row && isProved(step, row))) {
      // Nobody could look: the run doesn't ask again at once.
      if ('inMs' in sampled) await execution.sleep(Math.max(0, Math.min(pauseMs, forMs - waitedMs)));
      if (row && latest) await reportUse(deps, execution, step, row, latest);
      return row;
    }
    await execution.sleep(pauseMs);
    waitedMs += pauseMs;
  }
};
