import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const FULL = '/dev/full';

it.runIf(existsSync(FULL))('a process whose log has no room goes on, and ends when it is told to', async () => {
  const full = openSync(FULL, 'w');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'log-child.ts')], { stdio: ['ignore', full, full, 'ipc'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
    closeSync(full);
  });
  for (let time = 0; time < 50; time += 1) await once(child, 'message'); // some 5 MB of log
  expect(child.exitCode).toBeNull();
  const exited = once(child, 'exit');
  child.send('end');
  expect(await exited).toEqual([0, null]);
});
