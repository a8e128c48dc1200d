import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, runCommand } from './run-command.ts';
import { runStaticChecks } from './static-checks.ts';

// `pnpm test`: the static checks, then every kind of test, one after another because each kind brings its own servers.
// The last line counts all of them: `N passed, N failed`.

const KINDS = [
  ['--project', 'unit'],
  ['--project', 'int'],
  ['--project', 'e2e'],
  ['--project', 'faults', 'core', 'preflight', 'edited-log', 'issued.faults', 'matrix'],
  ['--project', 'secrecy'],
] as const;

type Count = { readonly passed: number; readonly failed: number };

const resultsDir = join(root, 'var', 'test-results');

const numberIn = (results: object, name: string): number => {
  const value: unknown = Reflect.get(results, name);
  return typeof value === 'number' ? value : 0;
};

/** Tests that never ran, because their file or their servers did not come up, count as one failure. */
const countIn = (file: string, exitCode: number): Count => {
  try {
    const results: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof results !== 'object' || results === null) return { passed: 0, failed: 1 };
    const passed = numberIn(results, 'numPassedTests');
    const left = numberIn(results, 'numTotalTests') - passed;
    return { passed, failed: exitCode === 0 && passed > 0 ? left : Math.max(1, left) };
  } catch {
    return { passed: 0, failed: 1 };
  }
};

const runKind = async (kind: readonly string[]): Promise<Count> => {
  const name = kind[1] ?? '';
  const file = join(resultsDir, `${name}.json`);
  rmSync(file, { force: true });
  const began = performance.now();
  const code = await runCommand('vitest', ['run', ...kind, '--reporter', 'default', '--reporter', 'json', `--outputFile.json=${file}`]);
  const count = countIn(file, code);
  console.log(`${name}: ${count.passed} passed, ${count.failed} failed (${Math.round((performance.now() - began) / 1000)} s)\n`);
  return count;
};

mkdirSync(resultsDir, { recursive: true });
const checks = await runStaticChecks();
let passed = checks.passed;
let failed = checks.failed.length;
for (const kind of KINDS) {
  const count = await runKind(kind);
  passed += count.passed;
  failed += count.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
