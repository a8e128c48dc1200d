import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EVIDENCE, type EvidenceName } from './places.ts';

export type Evidence = {
  /** Appends text or bytes, on lines of their own. */
  add(name: EvidenceName, ...parts: readonly (string | Uint8Array)[]): void;
  /** Where a folder of it is to be. */
  folder(name: EvidenceName): string;
};

/** Keeps what is not a file by itself as files of the run's folder. */
export const keepEvidence = (varDir: string): Evidence => {
  const folder = join(varDir, EVIDENCE);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    add: (name, ...parts) =>
      appendFileSync(join(folder, name), Buffer.concat(parts.flatMap((part) => [Buffer.from(part), NEWLINE])), { mode: 0o600 }),
    folder: (name) => join(folder, name),
  };
};

const NEWLINE = Buffer.from('\n');

/** All texts and bytes in a value, however deep: as they are, not as a format would escape them. */
export const leavesOf = (value: unknown): (string | Uint8Array)[] => {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...leavesOf(inner)]);
};
