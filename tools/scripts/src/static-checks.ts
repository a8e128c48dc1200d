import { runCommand } from './run-command.ts';

type Check = { readonly name: string; readonly command: string; readonly args: readonly string[] };

const CHECKS: readonly Check[] = [
  { name: 'format', command: 'oxfmt', args: ['--check', '.'] },
  { name: 'lint', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  {
    name: 'dependency rules',
    command: 'depcruise',
    args: [
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
      'libs',
      'services',
      'apps',
      'tools',
      'tests',
      'bench',
      'examples',
    ],
  },
  { name: 'types', command: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'types of the admin UI', command: 'tsc', args: ['-p', 'apps/admin-ui/tsconfig.json', '--noEmit'] },
];

/** Runs every check that starts nothing, all of them whatever fails, and answers the names of those that failed. */
export const runStaticChecks = async (): Promise<{ readonly passed: number; readonly failed: readonly string[] }> => {
  const failed: string[] = [];
  for (const { name, command, args } of CHECKS) {
    const began = performance.now();
    const code = await runCommand(command, args);
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    if (code !== 0) failed.push(name);
  }
  return { passed: CHECKS.length - failed.length, failed };
};
