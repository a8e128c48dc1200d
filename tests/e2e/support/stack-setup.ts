import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, type Stack, startStack, sweepDeadRuns } from '@keyturn/dev-stack';
import type { TestProject } from 'vitest/node';
import { serveStackControl, type StackControl } from './stack-control.ts';
import './provided-stack.ts';

const varRoot = join(projectRoot, 'var');
const varDir = join(varRoot, `e2e-${process.pid}`);
const traceFile = join(varDir, 'spans.jsonl');
let stack: Stack | undefined;
let control: StackControl | undefined;

/** Starts the whole system once, as `pnpm start` does, for all e2e tests of a run. */
export const setup = async (project: TestProject): Promise<void> => {
  mkdirSync(varRoot, { recursive: true });
  await sweepDeadRuns(varRoot, 'e2e');
  const traced = { KEYTURN_TRACE_FILE: traceFile };
  stack = await startStack({
    varDir,
    settings: {
      vault: traced,
      audit: traced,
      'rotation-worker': { ...traced, WORKFLOW_CACHE_DIR: join(varRoot, 'cache') },
      'api-gateway': traced,
      orders: traced,
    },
    onProgress: (progress) => {
      if (progress.kind === 'downloading') console.log(progress.sentence);
    },
  });
  control = await serveStackControl(stack);
  const { endpoints, credentialId, servers } = stack;
  project.provide('stack', { varDir, endpoints, credentialId, oidcDir: servers.oidc.oidcDir, controlUrl: control.url, traceFile });
};

export const teardown = async (): Promise<void> => {
  await control?.stop();
  await stack?.stop();
  rmSync(varDir, { recursive: true, force: true });
};
