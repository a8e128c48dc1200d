import { spawnSync } from 'node:child_process';
import type { Command } from './command.ts';

/**
 * Wraps a command so that the kernel signals it when this process dies, even by SIGKILL. Only Linux can, through util-linux's `setpriv`;
 * elsewhere the command stays as it is, and the next start reaps what was left.
 */
export const dieWithParent = (wrapped: Command, signal: NodeJS.Signals): Command =>
  canDieWithParent() ? { command: 'setpriv', args: ['--pdeathsig', signal.slice(3), '--', wrapped.command, ...wrapped.args] } : wrapped;

let probed: boolean | undefined;

const canDieWithParent = (): boolean => {
  probed ??= process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'TERM', '--', 'true'], { stdio: 'ignore' }).status === 0;
  return probed;
};
