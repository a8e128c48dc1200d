import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { projectRoot } from '../project-paths.ts';
import { OFFER_VARIABLES } from '../servers/offers.ts';
import { type Progress, type Servers, startServers } from '../servers/start-servers.ts';
import './provided-context.ts';
import { sweepDeadRuns } from './sweep-dead-runs.ts';

const varRoot = join(projectRoot, 'var');
const varDir = join(varRoot, `test-${process.pid}`);
let servers: Servers | undefined;

/** Starts one set of servers for all integration tests of a run (or takes those that are offered), and tells the tests where they are. */
export const setup = async (project: TestProject): Promise<void> => {
  mkdirSync(varRoot, { recursive: true });
  await sweepDeadRuns(varRoot, 'test');
  servers = await startServers({ varDir, onProgress: tellDownloads });
  // Tests know servers by what is provided here. Those that start some of their own, to kill them, must not be given these.
  for (const name of OFFER_VARIABLES) delete process.env[name];
  const { postgres, nats, temporal, oidc } = servers;
  project.provide('postgresUrl', postgres.url);
  project.provide('natsUrl', nats.url);
  project.provide('natsKeysDir', nats.keysDir);
  project.provide('temporalAddress', temporal.address);
  project.provide('oidcIssuer', oidc.issuer);
  project.provide('oidcDir', oidc.oidcDir);
};

export const teardown = async (): Promise<void> => {
  await servers?.stop();
  rmSync(varDir, { recursive: true, force: true });
};

const tellDownloads = (progress: Progress): void => {
  if (progress.kind === 'downloading') console.log(progress.sentence);
};
