import { runCommand } from './run-command.ts';
import { runStaticChecks } from './static-checks.ts';

// `pnpm verify`: everything that starts no server, in under a minute.

const { failed } = await runStaticChecks();
const unit = await runCommand('vitest', ['run', '--project', 'unit', '--reporter', 'dot']);
const wrong = [...failed, ...(unit === 0 ? [] : ['unit tests'])];
console.log(wrong.length === 0 ? 'verified' : `not in order: ${wrong.join(', ')}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
