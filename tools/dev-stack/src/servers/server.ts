import { join } from 'node:path';
import type { SupervisedProcess } from '../process/supervised-process.ts';

export type ServerOptions = {
  /** The folder that holds all data, logs and pid files of one stack. */
  readonly varDir: string;
  /** A free one when left out. */
  readonly port?: number;
  readonly diesWithParent?: boolean;
};

/** A running server: how to reach it, and how to stop, kill and restart it on the same port and the same data. */
export type Server<Addresses> = SupervisedProcess & Readonly<Addresses>;

export const runDirOf = (varDir: string): string => join(varDir, 'run');
export const logFileOf = (varDir: string, name: string): string => join(varDir, 'logs', `${name}.log`);
