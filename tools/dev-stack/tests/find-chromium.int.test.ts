import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findChromium } from '../src/browser/index.ts';
import { CannotStart } from '../src/cannot-start.ts';
import { temporaryFolder } from './fixtures/temporary-folder.ts';

const program = (folder: string, name: string, exitCode = 0): string => {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `#!/bin/sh\nexit ${exitCode}\n`);
  chmodSync(path, 0o755);
  return path;
};

describe('findChromium', () => {
  it('takes the one that CHROMIUM_PATH names, whatever else there is', () => {
    const folder = temporaryFolder();
    const given = program(join(folder, 'given'), 'my-chromium');
    program(join(folder, 'bin'), 'chromium');
    expect(findChromium({ env: { CHROMIUM_PATH: given, PATH: join(folder, 'bin') } })).toBe(given);
  });

  it('says in one sentence that what CHROMIUM_PATH names does not run', () => {
    const env = { CHROMIUM_PATH: '/nowhere/chromium' };
    expect(() => findChromium({ env })).toThrow(CannotStart);
    expect(() => findChromium({ env })).toThrow(/^CHROMIUM_PATH names \/nowhere\/chromium, which doesn't run: [^.]+\.$/u);
  });

  it('takes the first on PATH that runs', () => {
    const folder = temporaryFolder();
    program(join(folder, 'one'), 'chromium-browser', 1);
    const second = program(join(folder, 'two'), 'google-chrome');
    expect(findChromium({ env: { PATH: `${join(folder, 'one')}:${join(folder, 'two')}` } })).toBe(second);
  });
});
