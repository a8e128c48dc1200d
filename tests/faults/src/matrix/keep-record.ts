import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '@keyturn/dev-stack';
import type { RunEnd } from './run-batch.ts';

export const recordsDir = join(projectRoot, 'var', 'matrix');

/** Keeps the record of a run that is not as promised by its cell, seed and credential; of good ones only the last of each strategy. */
export const keepRecord = ({ record, cell, seed, address, findings, reached }: RunEnd): void => {
  const isGood = findings.length === 0 && reached;
  const name = isGood ? `last-good-${record.strategy}` : `${cell}-${seed}-${address}`.replaceAll(/[/ ]/gu, '-');
  mkdirSync(recordsDir, { recursive: true });
  writeFileSync(join(recordsDir, `${name}.json`), `${JSON.stringify(record)}\n`);
};
