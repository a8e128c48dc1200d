import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger as TemporalLogger } from '@temporalio/common';
import { bundleWorkflowCode, type WorkflowBundleOption, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { TRACED_WORKFLOWS } from './traced-temporal.ts';

const folder = (name: string): string => fileURLToPath(new URL(`../../${name}/`, import.meta.url));

/** Whatever the bundle is made of, besides the SDK itself: workflows import nothing else of ours but types, which a test makes sure of. */
const SOURCES = [folder('workflows'), folder('rotation')];

/** The workflows as Temporal runs them, made from their sources. Fails on anything that isn't deterministic. */
export const bundleWorkflows = (logger: TemporalLogger, { isTraced = false } = {}): Promise<WorkflowBundleWithSourceMap> =>
  bundleWorkflowCode({
    workflowsPath: join(folder('workflows'), 'index.ts'),
    logger,
    ...(isTraced && { workflowInterceptorModules: [TRACED_WORKFLOWS] }),
  });

/** The SDK's exact version matters: a bundle runs only with the one that made it. */
const sdkVersion = (): Promise<string> => readFile(createRequire(import.meta.url).resolve('@temporalio/worker/package.json'), 'utf8');

const hashOfSources = async (isTraced: boolean): Promise<string> => {
  const hash = createHash('sha256').update(await sdkVersion());
  if (isTraced) hash.update(await readFile(join(dirname(TRACED_WORKFLOWS), '..', 'package.json')));
  for (const source of SOURCES) {
    for (const name of (await readdir(source)).sort()) hash.update(`\n${name}\n`).update(await readFile(join(source, name)));
  }
  return hash.digest('hex').slice(0, 32);
};

/** The same from a cache: bundling takes a second, or five on a busy machine, in which a restarted worker does nothing. */
export const cachedWorkflowBundle = async (
  logger: TemporalLogger,
  { cacheDir, isTraced }: { readonly cacheDir: string | undefined; readonly isTraced: boolean },
): Promise<WorkflowBundleOption> => {
  if (cacheDir === undefined) return bundleWorkflows(logger, { isTraced });
  const codePath = join(cacheDir, `workflows-${await hashOfSources(isTraced)}.js`);
  if (existsSync(codePath)) return { codePath };
  await mkdir(cacheDir, { recursive: true });
  const { code } = await bundleWorkflows(logger, { isTraced });
  const unfinished = `${codePath}.${process.pid}`;
  await writeFile(unfinished, code);
  await rename(unfinished, codePath);
  return { codePath };
};
