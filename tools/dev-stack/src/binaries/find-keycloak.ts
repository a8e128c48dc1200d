import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { unzip } from 'fflate';
import { CannotStart } from '../cannot-start.ts';
import { verifySha256 } from './checksum.ts';
import { KEYCLOAK_MAIN, keycloakJvm } from './keycloak-command.ts';

const run = promisify(execFile);

const VERSION = '26.7.3';
const SHA256 = '27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f';
const VARIABLE = 'KEYTURN_KEYCLOAK';
const RELEASE = `https://github.com/keycloak/keycloak/releases/download/${VERSION}/keycloak-${VERSION}.zip`;
const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`;
const PATIENCE_MS = 600_000;

export type KeycloakSurroundings = {
  readonly env: NodeJS.ProcessEnv;
  readonly cacheDir: string;
  readonly onProgress?: (sentence: string) => void;
};

/**
 * The folder of a Keycloak that is built for `startKeycloak`: named by `KEYTURN_KEYCLOAK` (built with `kc.sh build --db=dev-mem`), else in the
 * cache, else fetched into it, by Maven or from the official release. Needs Java 17 or newer.
 */
export const findKeycloak = async ({ env, cacheDir, onProgress }: KeycloakSurroundings): Promise<string> => {
  await run('java', ['-version']).catch((cause: unknown) => {
    throw new CannotStart('Keycloak needs Java 17 or newer on PATH.', { cause });
  });
  const named = env[VARIABLE];
  if (named) {
    if (isAbsolute(named) && (await isThere(join(named, 'lib', 'quarkus-run.jar')))) return named;
    throw new CannotStart(`${VARIABLE} names no folder of a Keycloak: let it hold an absolute path, or unset it.`);
  }
  const cached = join(cacheDir, `keycloak-${VERSION}`);
  if (!(await isThere(cached))) await install(cached, onProgress);
  return cached;
};

const install = async (cached: string, onProgress: KeycloakSurroundings['onProgress']): Promise<void> => {
  onProgress?.(`downloading Keycloak ${VERSION}, once`);
  const archive = await download();
  await mkdir(dirname(cached), { recursive: true });
  const folder = await mkdtemp(join(dirname(cached), 'keycloak-partial-'));
  try {
    await unpack(archive, folder);
    const home = join(folder, `keycloak-${VERSION}`);
    onProgress?.('building Keycloak for its database, once');
    await run('java', [...keycloakJvm(home), KEYCLOAK_MAIN, 'build', '--db=dev-mem'], { timeout: PATIENCE_MS });
    await rename(home, cached);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Maven first: it knows the machine's mirror and proxy settings. */
const download = async (): Promise<Uint8Array> => {
  const reasons: string[] = [];
  for (const [name, fetchArchive] of [
    ['Maven', fromMaven],
    ['the official release', fromRelease],
  ] as const) {
    try {
      return verifySha256(await fetchArchive(), SHA256);
    } catch (fault) {
      reasons.push(`${name}: ${fault instanceof Error ? (fault.message.split('\n')[0] ?? '') : String(fault)}`);
    }
  }
  throw new CannotStart(`Keycloak could not be downloaded (${reasons.join('; ')}): unpack ${RELEASE} and set ${VARIABLE}.`);
};

const fromMaven = async (): Promise<Uint8Array> => {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-keycloak-'));
  try {
    const options = { timeout: PATIENCE_MS };
    await run('mvn', ['-q', '-B', 'dependency:get', `-Dartifact=${ARTIFACT}`, '-Dtransitive=false'], options);
    await run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${folder}`], options);
    return await readFile(join(folder, `keycloak-quarkus-dist-${VERSION}.zip`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const fromRelease = async (): Promise<Uint8Array> => {
  const response = await fetch(RELEASE, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};

const unpack = async (archive: Uint8Array, folder: string): Promise<void> => {
  const files = await new Promise<Record<string, Uint8Array>>((resolve, reject) => {
    unzip(archive, (fault, unpacked) => (fault ? reject(fault) : resolve(unpacked)));
  });
  for (const [name, bytes] of Object.entries(files)) {
    if (name.endsWith('/')) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
};

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
