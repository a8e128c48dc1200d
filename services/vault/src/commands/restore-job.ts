import type { Refusal } from '@keyturn/contracts';
import { ok, type Result } from '@keyturn/kernel';
import { restoresFold, streamOf } from '../folds.ts';
import type { CommandLog, Decision, Job, Verdict } from '../ports/command-log.ts';
import { decideRestore, type RestoreCommand } from '../restore/decide.ts';
import { heldRestore, type Restores } from '../restore/state.ts';

type RestoreJob = Pick<Job<Restores>, 'commandId' | 'fingerprint' | 'meta'> & { readonly command: RestoreCommand };

/** Puts one command on what follows a restore through the log. */
export const submitToRestores = (log: Pick<CommandLog, 'submit'>, { command, ...job }: RestoreJob): Promise<Verdict> =>
  log.submit(restoresFold, {
    ...job,
    stream: streamOf.log,
    decide: (restores): Result<Decision, Refusal> => {
      const decided = decideRestore(command, restores);
      if (!decided.ok) return decided;
      const unchecked = command.type === 'restore.publish' ? command.unchecked : 0;
      return ok({ events: decided.value, verdict: { incarnation: heldRestore(restores)?.incarnation ?? 0, unchecked } });
    },
  });
