import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findBinary } from '../binaries/find-binary.ts';
import { natsServer, temporal, type PinnedBinary } from '../binaries/pinned-binaries.ts';
import { binaryCacheDir, projectRoot } from '../project-paths.ts';
import { stopInReverse } from '../process/stop-on-signal.ts';
import type { SupervisedProcess } from '../process/supervised-process.ts';
import { startNats } from '../servers/nats.ts';
import { startOidc } from '../servers/oidc.ts';
import { startPostgres } from '../servers/postgres.ts';
import { startTemporal } from '../servers/temporal.ts';
import type { TestServers } from './provided-context.ts';
import { sweepDeadRuns } from './sweep-dead-runs.ts';

const varRoot = join(projectRoot, 'var');
const varDir = join(varRoot, `test-${process.pid}`);
const started: SupervisedProcess[] = [];

/** Starts one set of servers for all integration tests of a run, and tells the tests where they are. */
export const setup = async (project: TestProject): Promise<void> => {
  mkdirSync(varRoot, { recursive: true });
  await sweepDeadRuns(varRoot, 'test');
  const starts = [postgres(), nats(), temporalServer(), oidc()] as const;
  try {
    const [a, b, c, d] = await Promise.all(starts);
    const servers: TestServers = { ...a, ...b, ...c, ...d };
    project.provide('postgresUrl', servers.postgresUrl);
    project.provide('natsUrl', servers.natsUrl);
    project.provide('natsKeysDir', servers.natsKeysDir);
    project.provide('temporalAddress', servers.temporalAddress);
    project.provide('oidcIssuer', servers.oidcIssuer);
    project.provide('oidcDir', servers.oidcDir);
  } catch (fault) {
    await Promise.allSettled(starts);
    await teardown();
    throw fault;
  }
};

export const teardown = async (): Promise<void> => {
  await stopInReverse({ inOrder: started });
  rmSync(varDir, { recursive: true, force: true });
};

/** Each server is started unless a variable points at a real one (design §10). */
const postgres = async (): Promise<Pick<TestServers, 'postgresUrl'>> => {
  const given = process.env['KEYTURN_TEST_POSTGRES_URL'];
  return { postgresUrl: given ?? (await keep(startPostgres({ varDir }))).url };
};

const nats = async (): Promise<Pick<TestServers, 'natsUrl' | 'natsKeysDir'>> => {
  const [natsUrl, natsKeysDir] = [process.env['KEYTURN_TEST_NATS_URL'], process.env['KEYTURN_TEST_NATS_KEYS_DIR']];
  if (natsUrl && natsKeysDir) return { natsUrl, natsKeysDir };
  const server = await keep(startNats({ varDir, binary: await binary(natsServer) }));
  return { natsUrl: server.url, natsKeysDir: server.keysDir };
};

const temporalServer = async (): Promise<Pick<TestServers, 'temporalAddress'>> => {
  const given = process.env['KEYTURN_TEST_TEMPORAL_ADDRESS'];
  return { temporalAddress: given ?? (await keep(startTemporal({ varDir, binary: await binary(temporal) }))).address };
};

const oidc = async (): Promise<Pick<TestServers, 'oidcIssuer' | 'oidcDir'>> => {
  const [oidcIssuer, oidcDir] = [process.env['KEYTURN_TEST_OIDC_ISSUER'], process.env['KEYTURN_TEST_OIDC_DIR']];
  if (oidcIssuer && oidcDir) return { oidcIssuer, oidcDir };
  const server = await keep(startOidc({ varDir }));
  return { oidcIssuer: server.issuer, oidcDir: server.oidcDir };
};

const keep = async <S extends SupervisedProcess>(starting: Promise<S>): Promise<S> => {
  const server = await starting;
  started.push(server);
  return server;
};

const binary = (wanted: PinnedBinary): Promise<string> =>
  findBinary(wanted, { env: process.env, cacheDir: binaryCacheDir, onProgress: (sentence) => console.log(sentence) });
