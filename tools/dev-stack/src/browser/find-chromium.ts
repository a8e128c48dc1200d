import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { CannotStart } from '../cannot-start.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;
const DEBIAN_PATH = '/usr/bin/chromium';

export type FindChromiumOptions = {
  /** Where `CHROMIUM_PATH` and `PATH` are looked up. */
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress?: (sentence: string) => void;
};

/**
 * Finds a Chromium to drive: `CHROMIUM_PATH`, then `PATH`, Debian's own, what Playwright downloaded before. Where there is none it installs
 * one: Debian's package as root on Debian, Playwright's download elsewhere. Throws `CannotStart` with what to do when none can be had.
 */
export const findChromium = ({ env, onProgress }: FindChromiumOptions): string => {
  const given = env['CHROMIUM_PATH'];
  if (given) {
    if (runs(given)) return given;
    throw new CannotStart(`CHROMIUM_PATH names ${given}, which doesn't run: point it at a Chromium or leave it out.`);
  }
  const found = foundOn(env['PATH'] ?? '');
  if (found !== undefined) return found;
  install(env, onProgress);
  const installed = foundOn(env['PATH'] ?? '');
  if (installed !== undefined) return installed;
  throw new CannotStart('There is no Chromium, and none could be installed: install one and set CHROMIUM_PATH to its program.');
};

const foundOn = (path: string): string | undefined => {
  const onPath = path.split(delimiter).flatMap((folder) => (folder === '' ? [] : NAMES.map((name) => join(folder, name))));
  return [...onPath, DEBIAN_PATH, chromium.executablePath()].find(runs);
};

/** Asks it, because Ubuntu's `chromium-browser` is a script that only says where to get one. */
const runs = (path: string): boolean => existsSync(path) && spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0;

const install = (env: NodeJS.ProcessEnv, onProgress?: (sentence: string) => void): void => {
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync('/etc/debian_version')) {
    onProgress?.("installing Debian's chromium, once …");
    const aptEnv = { ...env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args: string[]): boolean => spawnSync('apt-get', args, { env: aptEnv, stdio: 'ignore' }).status === 0;
    const wanted = ['install', '-y', '--no-install-recommends', 'chromium'];
    if (apt(...wanted) || (apt('update') && apt(...wanted))) return;
  }
  onProgress?.("downloading Playwright's Chromium, once …");
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  spawnSync(process.execPath, [cli, 'install', ...(isRoot ? ['--with-deps'] : []), 'chromium'], { env, stdio: 'ignore' });
};
