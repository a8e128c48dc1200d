import type { Command } from './command.ts';

/** The system user that a child runs under when we are root. */
export type ProcessAccount = {
  readonly uid: number;
  readonly gid: number;
  /** Keeps the right to pass folders that the user can't enter (`CAP_DAC_OVERRIDE`, by `setpriv`). */
  readonly entersAnywhere: boolean;
};

export type Launch = { readonly command: Command; readonly ids: { uid?: number; gid?: number } };

/** How to spawn a command under an account: with Node's own means if they are enough. */
export const asAccount = (wrapped: Command, account: ProcessAccount | undefined): Launch => {
  if (!account) return { command: wrapped, ids: {} };
  const { uid, gid } = account;
  if (!account.entersAnywhere) return { command: wrapped, ids: { uid, gid } };
  // Without the secure bit the right would not count for access(2), by which Postgres looks for its own programs.
  const capability = ['--securebits', '+no_setuid_fixup', '--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  const args = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups', ...capability, '--', wrapped.command, ...wrapped.args];
  return { command: { command: 'setpriv', args }, ids: {} };
};
