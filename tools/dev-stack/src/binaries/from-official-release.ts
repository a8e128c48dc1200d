import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { verifySha256 } from './checksum.ts';
import type { PinnedBinary } from './pinned-binaries.ts';

const run = promisify(execFile);

/** Takes the program out of the project's own archive, after comparing it with the checksum that the release lists. */
export const fromOfficialRelease = async (binary: PinnedBinary): Promise<Uint8Array> => {
  const url = binary.release.archive(process.platform, process.arch === 'x64' ? 'amd64' : process.arch);
  const listed = findChecksum(new TextDecoder().decode(await get(binary.release.checksums)), basename(url));
  if (!listed) throw new Error(`the release lists no checksum for ${basename(url)}`);
  return unpack(verifySha256(await get(url), listed), binary.name);
};

/** Reads one line of a `sha256sum` list. */
export const findChecksum = (list: string, file: string): string | null =>
  list
    .split('\n')
    .map((line) => line.trim().split(/\s+\*?/u))
    .find(([, name]) => name === file)?.[0] ?? null;

const get = async (url: string): Promise<Uint8Array> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(300_000) }).catch(() => null);
  if (!response?.ok) throw new Error(response ? `it answered ${response.status}` : 'it does not answer');
  return new Uint8Array(await response.arrayBuffer());
};

const unpack = async (archive: Uint8Array, name: string): Promise<Uint8Array> => {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-release-'));
  try {
    await writeFile(join(folder, 'archive.tar.gz'), archive);
    await run('tar', ['-xzf', join(folder, 'archive.tar.gz'), '-C', folder]);
    const files = await readdir(folder, { recursive: true });
    const program = files.find((file) => basename(file) === name);
    if (!program) throw new Error(`the archive holds no ${name}`);
    return await readFile(join(folder, program));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
