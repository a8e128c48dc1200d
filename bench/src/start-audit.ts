import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { credsPath, projectRoot, spawnService } from '@keyturn/dev-stack';
import type { BenchStack } from './bench-stack.ts';

/** Starts the audit service beside the bench's vault: for pages, which show what it tells. */
export const startAudit = ({ varDir, nats, audit }: Pick<BenchStack, 'varDir' | 'nats' | 'audit'>): Promise<{ stop(): Promise<void> }> => {
  const logFile = join(varDir, 'logs', 'audit.log');
  return spawnService({
    name: 'audit',
    varDir,
    logFile,
    entry: join(projectRoot, 'services', 'audit', 'src', 'main.ts'),
    isReady: () => readFileSync(logFile, 'utf8').includes('"event":"audit.ready"'),
    readyTimeoutMs: 60_000,
    env: {
      NATS_URL: nats.url,
      NATS_CREDS_FILE: credsPath(nats.credsDir, 'audit'),
      DATABASE_URL_FILE: audit.serviceUrlFile,
      MIGRATION_DATABASE_URL_FILE: audit.ownerUrlFile,
    },
  });
};
