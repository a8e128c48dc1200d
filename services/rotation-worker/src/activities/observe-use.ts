import type { UseSample } from '@keyturn/providers';
import { z } from 'zod';
import type { Execution } from '../ports/execution.ts';
import { extendRow, observedMs, type IdleRow } from '../rotation/idle-row.ts';
import type { StepRun } from '../rotation/rotation-run.ts';
import { openFields, report, stillNeeded, usernameOf, type ActivityDeps, type StepNamed } from './activity.ts';
import { orRefused } from './failure.ts';
import { presentable } from './scrub.ts';

/** `row`: what an earlier activity of the same run has seen already. */
export type ObserveUse = StepRun & { readonly row?: IdleRow | undefined };

const Remembered = z.object({ version: z.int(), idle: z.boolean(), samples: z.int(), since: z.string(), last: z.string() });

const named = (names: readonly string[]): string => (names.length === 0 ? '' : ` (${names.join(', ')})`);

/** One sentence for people: who still uses the old login, or for how long nobody has. */
export const describeUse = (username: string, row: IdleRow, seen: UseSample): string => {
  if (row.idle) return `Nobody was logged in as ${username} in ${row.samples} samples over ${Math.round(observedMs(row) / 1000)} s.`;
  const sessions = seen.sessions === 1 ? '1 session is' : `${seen.sessions} sessions are`;
  return presentable(`${sessions} still logged in as ${username}${named([...seen.applications, ...seen.addresses])}.`);
};

const isProved = ({ acksMissing, graceMs }: StepNamed<'watch'>, row: IdleRow): boolean =>
  acksMissing.length === 0 && row.idle && observedMs(row) >= graceMs;

/**
 * Looks for sessions of the old login until nobody used it over the grace, or the time that the vault gave is over, and reports the
 * row of samples. A row goes on over several calls and over retries, so asking the vault in between costs nothing.
 */
export const observeUse = async (deps: ActivityDeps, run: ObserveUse, execution: Execution): Promise<IdleRow | undefined> => {
  const step = await stillNeeded(deps, run, 'watch');
  if (!step) return run.row;
  const { credentialId, epoch, version, evidenceEveryMs, forMs } = step;
  const username = usernameOf(step.publicFields);
  const issuer = await openFields(deps, { credentialId, what: 'issuer' });
  const remembered = Remembered.safeParse(execution.remembered);
  let row = remembered.success ? remembered.data : run.row;
  let sampled: UseSample | undefined;
  if (row) await execution.sleep(Math.min(evidenceEveryMs, forMs));
  for (let watchedMs = 0; ; watchedMs += evidenceEveryMs) {
    sampled = orRefused(await deps.logins.sampleUse({ issuer, username }));
    row = extendRow(row, { version, sampledAt: sampled.sampledAt, sessions: sampled.sessions }, evidenceEveryMs);
    execution.beat(row);
    if (isProved(step, row) || watchedMs + evidenceEveryMs > forMs) break;
    await execution.sleep(evidenceEveryMs);
  }
  const { idle, samples } = row;
  const sentence = describeUse(username, row, sampled);
  const evidence = { credentialId, epoch, version, idle, samples, observedMs: observedMs(row), sentence };
  await report(deps, execution, step, ['epoch.record-evidence', evidence]);
  return row;
};
