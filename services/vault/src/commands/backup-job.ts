import type { Refusal } from '@keyturn/contracts';
import { ok, type Result } from '@keyturn/kernel';
import { type BackupCommand, decideBackup } from '../backups/decide.ts';
import type { Backups } from '../backups/state.ts';
import { backupsFold, streamOf } from '../folds.ts';
import type { CommandLog, Decision, DecisionContext, Job, Verdict } from '../ports/command-log.ts';

type BackupJob = Pick<Job<Backups>, 'commandId' | 'fingerprint' | 'meta'> & {
  readonly command: (context: DecisionContext) => BackupCommand;
  readonly verdict?: (command: BackupCommand) => Decision['verdict'];
};

/** Puts one command on the backups through the log. */
export const submitToBackups = (log: Pick<CommandLog, 'submit'>, { command, verdict, ...job }: BackupJob): Promise<Verdict> =>
  log.submit(backupsFold, {
    ...job,
    stream: streamOf.backups,
    decide: (backups, context): Result<Decision, Refusal> => {
      const asked = command(context);
      const decided = decideBackup(asked, backups);
      return decided.ok ? ok({ events: decided.value, verdict: verdict?.(asked) ?? {} }) : decided;
    },
  });
