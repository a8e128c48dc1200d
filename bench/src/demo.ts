import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CannotStart, devVarDir, gatewayClient, readEndpoints } from '@keyturn/dev-stack';
import { judgeDemo, resultLines, rotationLine, type DemoResult } from './demo-result.ts';
import { loadBetween, readFreshLoad } from './load.ts';
import { awaitOpenRotation, runRotations } from './run-rotations.ts';

const optionsFrom = (args: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: args.filter((arg) => arg !== '--'), // pnpm hands it on
      options: {
        rotations: { type: 'string', default: '20' },
        json: { type: 'boolean', default: false },
        'var-dir': { type: 'string', default: process.env['KEYTURN_VAR_DIR'] ?? devVarDir },
      },
    });
    const wanted = Number(values.rotations);
    if (!Number.isInteger(wanted) || wanted < 1) throw new TypeError('--rotations takes a whole number from 1 on');
    return { wanted, json: values.json, varDir: resolve(values['var-dir']) };
  } catch (fault) {
    throw new CannotStart(
      `${fault instanceof Error ? fault.message : String(fault)}: pnpm demo [--rotations 20] [--json] [--var-dir <folder>]`,
      {
        cause: fault,
      },
    );
  }
};

/** Rotates the sample's credential again and again while its workload queries and logs in, and counts what failed. */
const demo = async ({ wanted, json, varDir }: ReturnType<typeof optionsFrom>): Promise<DemoResult> => {
  const say = (line: string): void => (json ? undefined : console.log(line));
  const { gatewayUrl, tokens, workload } = await readEndpoints(varDir);
  const api = gatewayClient({ gatewayUrl, token: tokens.admin });
  const credentialId = await awaitOpenRotation(api, workload.address);
  if (credentialId === null) throw new CannotStart(`${workload.address} is not registered: start the stack anew to have it back.`);
  say(`${wanted} rotations of ${workload.address}, ${workload.statsFiles.length} instances at work:\n`);
  const before = await readFreshLoad(workload.statsFiles);
  const onEnd = (figures: DemoResult['rotations'][number], index: number): void =>
    say(`${String(index + 1).padStart(3)}/${wanted}  ${rotationLine(figures)}`);
  const rotations = await runRotations({ api, credentialId, count: wanted, onEnd });
  return judgeDemo(wanted, rotations, loadBetween(before, await readFreshLoad(workload.statsFiles)));
};

try {
  const options = optionsFrom(process.argv.slice(2));
  const result = await demo(options);
  console.log(options.json ? JSON.stringify(result, null, 2) : `\n${resultLines(result).join('\n')}`);
  process.exitCode = result.ok ? 0 : 1;
} catch (fault) {
  console.error(fault instanceof CannotStart ? fault.message : fault);
  process.exitCode = 1;
}
