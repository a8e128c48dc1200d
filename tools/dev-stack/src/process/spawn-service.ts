import { join } from 'node:path';
import { superviseProcess, type ProcessSpec, type SupervisedProcess } from './supervised-process.ts';

export type ServiceSpec = {
  readonly name: string;
  /** The service's `main.ts`. */
  readonly entry: string;
  readonly varDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** `<varDir>/logs/<name>.log` when left out. */
  readonly logFile?: string;
} & Pick<ProcessSpec, 'isReady' | 'readyTimeoutMs' | 'beforeStart' | 'restart' | 'stopTimeoutMs' | 'cwd' | 'diesWithParent'>;

/** Runs one of our own services on this very Node, which strips the types itself. The service sees this process's environment plus `env`. */
export const spawnService = ({ entry, varDir, env, logFile, ...rest }: ServiceSpec): Promise<SupervisedProcess> =>
  superviseProcess({
    ...rest,
    command: process.execPath,
    args: [entry],
    env: { ...process.env, ...env },
    runDir: join(varDir, 'run'),
    logFile: logFile ?? join(varDir, 'logs', `${rest.name}.log`),
  });
