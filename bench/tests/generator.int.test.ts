import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, stopInReverse } from '@keyturn/dev-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BenchStack, startBenchStack } from '../src/bench-stack.ts';
import { withGenerator } from '../src/commands/with-generator.ts';

// What the suites ask of the vault is still taken by it: a rule that refuses it would otherwise be noticed by the next one who measures.

let stack: BenchStack;
let varDir: string;
beforeAll(async () => {
  varDir = mkdtempSync(join(projectRoot, 'var', 'bench-test-'));
  stack = await startBenchStack({ varDir });
}, 120_000);
afterAll(async () => {
  await stopInReverse(stack);
  rmSync(varDir, { recursive: true, force: true });
});

const CREDENTIALS = 4;

describe('the load generator', () => {
  it('stages, reveals and opens the next epoch, round after round', async () => {
    await withGenerator(stack, { name: 'test', credentials: CREDENTIALS, connections: 2 }, async (generator) => {
      for (let round = 1; round <= 2; round += 1) {
        await generator.ask('openEpochs');
        expect(await generator.ask('stage', { width: 2, from: 0, count: CREDENTIALS })).toBeGreaterThan(0);
        await generator.ask('closeEpochs');
        expect(await generator.ask('reveal', { width: 2, count: CREDENTIALS })).toBeGreaterThan(0);
        expect(await generator.ask('rows', { connections: 2, rowsEach: 1, count: 4 })).toBeGreaterThan(0);
      }
    });
    const { value } = (await stack.asGateway.query('credential.list', { limit: 1 })) as { value: { value: { total: number } } };
    expect(value.value.total).toBe(CREDENTIALS + 1); // with their issuer
  }, 60_000);
});
