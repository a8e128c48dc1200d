import { setTimeout as pause } from 'node:timers/promises';
import { inject } from 'vitest';
import { ask } from './ask.ts';

/** Kills the vault, or starts it again. */
export const controlVault = async (deed: 'kill' | 'restart'): Promise<void> => {
  const answer = await fetch(`${inject('stack').controlUrl}/vault/${deed}`, { method: 'POST' });
  if (!answer.ok) throw new Error(await answer.text());
};

export const untilReady = async (): Promise<void> => {
  const deadline = performance.now() + 30_000;
  while ((await ask('/readyz', { token: null })).status !== 200) {
    if (performance.now() > deadline) throw new Error('the stack did not get ready again');
    await pause(100);
  }
};
