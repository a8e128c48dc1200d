import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from './fixtures/temporary-folder.ts';

it('notices that the pnpm above it was killed', async () => {
  const pnpm = join(temporaryFolder(), 'pnpm.mjs');
  const entry = join(import.meta.dirname, 'fixtures', 'run-under-runner.ts');
  writeFileSync(
    pnpm,
    `import { spawn } from 'node:child_process'; spawn(process.execPath, [${JSON.stringify(entry)}], { stdio: 'inherit' });`,
  );
  const runner = spawn(process.execPath, [pnpm], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void runner.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: runner.stdout }).on('line', (line) => lines.push(line));
  await expect.poll(() => lines, { timeout: 10_000 }).toHaveLength(1);
  runner.kill('SIGKILL');
  await expect.poll(() => lines.at(-1), { timeout: 10_000 }).toBe('gone');
});
