import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { natsConfig, randomPassword, searchAttributes } from '@keyturn/dev-stack';
import { GenericContainer, getContainerRuntimeClient, type StartedTestContainer, Wait } from 'testcontainers';
import { root } from './run-command.ts';

const STARTUP_MS = 180_000;

export type Containers = { readonly variables: Readonly<Record<string, string>>; stop(): Promise<void> };

export const doesEngineAnswer = async (): Promise<boolean> => {
  try {
    await getContainerRuntimeClient();
    return true;
  } catch {
    return false;
  }
};

/** Starts the servers of docker-compose.yml, with the same images, and says by which variables they are offered. */
export const startContainers = async (): Promise<Containers> => {
  const keysDir = mkdtempSync(join(root, 'var', 'containers-'));
  const started: StartedTestContainer[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((container) => container.stop()));
    rmSync(keysDir, { recursive: true, force: true });
  };
  const keep = async (starting: Promise<StartedTestContainer>): Promise<StartedTestContainer> => {
    const container = await starting;
    started.push(container);
    return container;
  };
  const password = randomPassword();
  const starts = [keep(startPostgres(password)), keep(startNats(keysDir)), keep(startTemporal())] as const;
  try {
    const [postgres, nats, temporal] = await Promise.all(starts);
    const variables = {
      KEYTURN_POSTGRES_URL: `postgres://postgres:${password}@${at(postgres, 5432)}/postgres`,
      KEYTURN_NATS_URL: `nats://${at(nats, 4222)}`,
      KEYTURN_NATS_KEYS_DIR: keysDir,
      KEYTURN_TEMPORAL_ADDRESS: at(temporal, 7233),
      KEYTURN_TEMPORAL_UI_URL: `http://${at(temporal, 8233)}`,
    };
    return { variables, stop };
  } catch (fault) {
    await Promise.allSettled(starts);
    await stop();
    throw fault;
  }
};

const at = (container: StartedTestContainer, port: number): string => `${container.getHost()}:${container.getMappedPort(port)}`;

const startPostgres = (password: string): Promise<StartedTestContainer> =>
  new GenericContainer('postgres:18')
    .withEnvironment({ POSTGRES_PASSWORD: password })
    .withCommand(['postgres', '-c', 'max_connections=300', '-c', 'password_encryption=scram-sha-256'])
    .withExposedPorts(5432)
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/u, 2)) // the first one is of its own initialisation
    .withStartupTimeout(STARTUP_MS)
    .start();

const startNats = async (keysDir: string): Promise<StartedTestContainer> => {
  const content = await natsConfig({ keysDir, host: '0.0.0.0', port: 4222, storeDir: '/data' });
  return await new GenericContainer('nats:2.15.1-alpine')
    .withCopyContentToContainer([{ content, target: '/etc/nats/keyturn.conf' }])
    .withCommand(['--config', '/etc/nats/keyturn.conf'])
    .withExposedPorts(4222)
    .withWaitStrategy(Wait.forLogMessage(/Server is ready/u))
    .withStartupTimeout(STARTUP_MS)
    .start();
};

const startTemporal = (): Promise<StartedTestContainer> =>
  new GenericContainer('temporalio/temporal:1.9.1')
    .withCommand(['server', 'start-dev', '--ip=0.0.0.0', ...searchAttributes.map((name) => `--search-attribute=${name}=Keyword`)])
    .withExposedPorts(7233, 8233)
    .withStartupTimeout(STARTUP_MS)
    .start();
