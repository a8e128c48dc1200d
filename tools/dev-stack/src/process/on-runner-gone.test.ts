import { describe, expect, it } from 'vitest';
import { isRunner, withoutOutsiders } from './on-runner-gone.ts';

describe('isRunner', () => {
  it.each([
    ['npm exec pnpm@10 start', true],
    ['node /home/me/.npm/_npx/1a2b/node_modules/.bin/pnpm start', true],
    ['/usr/bin/node /usr/lib/pnpm/bin/pnpm.cjs start', true],
    ['pnpm start', true],
    ['sh -c node tools/dev-stack/src/main.ts', false],
    ['bash -c npx --yes pnpm@10 start & sleep 60', false],
    ['node harness.js pnpm', false],
    ['', false],
  ])('says of %j: %s', (line, expected) => expect(isRunner(line)).toBe(expected));
});

describe('withoutOutsiders', () => {
  const family = (...lines: string[]) =>
    lines.map((commandLine, index) => ({ identity: { pid: index + 2, startedAt: 'then' }, commandLine }));

  it('keeps everything below the topmost runner, and whoever started that out', () => {
    const chain = family(
      'sh -c node main.ts',
      'node /x/pnpm start',
      'sh -c pnpm start',
      'npm exec pnpm@10 start',
      'bash -c npx pnpm start &',
      'node harness.js',
    );
    expect(withoutOutsiders(chain)).toEqual(chain.slice(0, 4));
  });

  it('keeps nobody when we were started by hand', () => expect(withoutOutsiders(family('bash', 'sshd'))).toEqual([]));
});
