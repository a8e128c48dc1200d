import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { startServers, type Progress } from '../src/index.ts';
import { identify } from '../src/process/process-identity.ts';
import { temporaryFolder } from './fixtures/temporary-folder.ts';

const Line = z.object({ pids: z.array(z.int()).optional(), fault: z.string().optional() });

const runStack = async (varDir: string, mode: 'die' | 'survive'): Promise<{ child: ChildProcess; pids: number[]; fault: string }> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', 'run-stack.ts'), varDir, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let pids: number[] = [];
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await expect.poll(() => running(pids), { timeout: 15_000 }).toEqual([]); // before its folder is removed
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const told = Line.parse(JSON.parse(line));
  pids = told.pids ?? [];
  return { child, pids, fault: told.fault ?? '' };
};

const kill = async (child: ChildProcess): Promise<void> => {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
};

const running = (pids: number[]): number[] => pids.filter((pid) => identify(pid) !== null);

it.runIf(process.platform === 'linux')('takes the servers down with a stack that is killed', async () => {
  const { child, pids } = await runStack(temporaryFolder(), 'die');
  expect(running(pids)).toHaveLength(4);
  await kill(child);
  await expect.poll(() => running(pids), { timeout: 15_000 }).toEqual([]);
});

it('ends what a killed stack left behind, and starts on the same data and ports', async () => {
  const varDir = temporaryFolder();
  const { child, pids } = await runStack(varDir, 'survive');
  await kill(child);
  expect(running(pids)).toHaveLength(4);
  const ports = readFileSync(join(varDir, 'run', 'ports.json'), 'utf8');

  const progress: Progress[] = [];
  const servers = await startServers({ varDir, onProgress: (step) => progress.push(step) });
  onTestFinished(() => servers.stop());
  expect(running(pids)).toEqual([]);
  expect(progress[0]).toMatchObject({
    kind: 'cleaned-up',
    what: expect.arrayContaining([expect.stringMatching(/^postgres \(pid \d+\)$/u)]),
  });
  expect(readFileSync(join(varDir, 'run', 'ports.json'), 'utf8')).toBe(ports);
});

it('says in one sentence which stack already runs', async () => {
  const varDir = temporaryFolder();
  const first = await runStack(varDir, 'die');
  const second = await runStack(varDir, 'die');
  expect(second.fault).toBe(
    `A stack already runs on ${varDir} (pid ${first.child.pid}): stop it with Ctrl-C, or with \`kill ${first.child.pid}\`.`,
  );
  expect(running(first.pids)).toHaveLength(4);
});

it('never ends a process that only has the pid of one it once started', async () => {
  const varDir = temporaryFolder();
  const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => void bystander.kill('SIGKILL'));
  mkdirSync(join(varDir, 'run'), { recursive: true });
  const stale = { name: 'nats', pid: bystander.pid, startedAt: 'an earlier time', stopSignal: 'SIGTERM' };
  writeFileSync(join(varDir, 'run', 'nats.process.json'), JSON.stringify(stale));
  writeFileSync(join(varDir, 'run', 'stack.lock'), JSON.stringify({ pid: bystander.pid, startedAt: 'an earlier time' }));
  const servers = await startServers({ varDir });
  await servers.stop();
  expect(running([bystander.pid!])).toEqual([bystander.pid]);
});

it('stops what had started when one server cannot', async () => {
  const varDir = temporaryFolder();
  const broken = startServers({ varDir, env: { ...process.env, KEYTURN_TEMPORAL: '/no/such/temporal' } });
  await expect(broken).rejects.toThrow(/^KEYTURN_TEMPORAL names a file that is not a program that runs: .*\.$/u);
  const servers = await startServers({ varDir });
  await servers.stop();
});
