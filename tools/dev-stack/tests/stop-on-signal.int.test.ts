import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';

const run = async (mode: string): Promise<{ child: ChildProcess; lines: string[]; ended: Promise<unknown[]> }> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', 'run-until-signal.ts'), mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = once(child, 'close');
  await expect.poll(() => lines, { timeout: 10_000 }).toContain('up');
  return { child, lines, ended };
};

it('stops everything in reverse at the first Ctrl-C', async () => {
  const { child, lines, ended } = await run('smooth');
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  expect(lines).toEqual(['up', 'SIGINT', 'stop gateway', 'stop vault', 'stop postgres']);
});

it('kills what is still there at the second', async () => {
  const { child, lines, ended } = await run('stuck');
  child.kill('SIGINT');
  await expect.poll(() => lines, { timeout: 10_000 }).toContain('stop vault');
  child.kill('SIGINT');
  expect(await ended).toEqual([1, null]);
  expect(lines.slice(4)).toEqual(['kill postgres', 'kill vault', 'kill gateway']);
});
