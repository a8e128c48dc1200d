import { join } from 'node:path';

export const projectRoot = join(import.meta.dirname, '..', '..', '..');

/** Where the running dev stack keeps its data, logs and `endpoints.json`. */
export const devVarDir = join(projectRoot, 'var', 'dev');

/** Downloaded binaries outlive `var/dev`, so deleting the data costs no second download. */
export const binaryCacheDir = join(projectRoot, 'var', 'cache', 'bin');
