import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { doesEngineAnswer, startContainers } from './containers.ts';
import { root, runCommand } from './run-command.ts';

// `pnpm test:containers`: the integration tests against Postgres, NATS and Temporal in containers, where a Docker engine answers.

const runSuite = (): Promise<number> => runCommand('vitest', ['run', '--project', 'int', ...process.argv.slice(2)]);

if (await doesEngineAnswer()) {
  mkdirSync(join(root, 'var'), { recursive: true });
  const containers = await startContainers();
  console.log('containers: Postgres, NATS and Temporal; the OIDC provider is embedded');
  Object.assign(process.env, containers.variables);
  try {
    process.exitCode = await runSuite();
  } finally {
    await containers.stop();
  }
} else {
  console.log('embedded: no Docker engine answers');
  process.exitCode = await runSuite();
}
