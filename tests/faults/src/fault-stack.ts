import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot, type Stack, type StackOptions, startStack, sweepDeadRuns } from '@keyturn/dev-stack';
import { type Databases, openDatabases } from './collect-facts.ts';
import { beginRun, type FaultRun } from './fault-run.ts';

/** So short that a run takes seconds. But an instance is lost only long after it was held, whatever else the machine does. */
export const FAULT_POLICY = {
  preflightMs: 8_000,
  graceMs: 300,
  evidenceEveryMs: 200,
  soakMs: 300,
  silentAfterMs: 1_500,
  deadlineMs: 3_000,
  lostAfterMs: 60_000,
};

const SETTINGS = {
  // A test that a kill interrupts is waited for until everything is up again, however slow the machine.
  vault: { SILENCE_TICK_MS: '250', RELAY_POLL_MS: '250', TEST_DEADLINE_MS: '90000' },
  'rotation-worker': { SWEEP_EVERY_MS: '500', SETTLE_PAUSE_FIRST_MS: '500', SETTLE_PAUSE_LONGEST_MS: '2000' },
  orders: { BEAT_EVERY_MS: '400' },
} as const satisfies StackOptions['settings'];

/** A whole stack to break, and to judge after each break. */
export type FaultStack = {
  readonly stack: Stack;
  readonly databases: Databases;
  begin(): Promise<FaultRun>;
  stop(): Promise<void>;
};

export type FaultStackOptions = Pick<StackOptions, 'detours' | 'policy' | 'instances' | 'env'> & {
  readonly vaultSettings?: NodeJS.ProcessEnv;
  readonly workerSettings?: NodeJS.ProcessEnv;
  readonly gatewaySettings?: NodeJS.ProcessEnv;
  readonly auditSettings?: NodeJS.ProcessEnv;
};

/** Starts a stack of its own, in a folder that only a failed stop leaves behind. */
export const startFaultStack = async ({
  detours = {},
  policy = {},
  vaultSettings = {},
  workerSettings = {},
  gatewaySettings = {},
  auditSettings = {},
  instances,
  env,
}: FaultStackOptions = {}): Promise<FaultStack> => {
  const varRoot = join(projectRoot, 'var');
  const varDir = join(varRoot, `faults-${process.pid}`);
  mkdirSync(varRoot, { recursive: true });
  await sweepDeadRuns(varRoot, 'faults');
  rmSync(varDir, { recursive: true, force: true });
  const settings = {
    ...SETTINGS,
    vault: { ...SETTINGS.vault, ...vaultSettings },
    'rotation-worker': { ...SETTINGS['rotation-worker'], ...workerSettings },
    'api-gateway': gatewaySettings,
    audit: auditSettings,
  };
  const given = { ...(instances === undefined ? {} : { instances }), ...(env === undefined ? {} : { env }) };
  const stack = await startStack({ detours, varDir, settings, ui: false, ...given, policy: { ...FAULT_POLICY, ...policy } });
  const databases = openDatabases(stack);
  return {
    stack,
    databases,
    begin: () => beginRun({ stack, databases, varDir }),
    stop: async () => {
      await databases.close();
      await stack.stop();
      if (process.env['KEEP_FAULTS'] === undefined) rmSync(varDir, { recursive: true, force: true });
    },
  };
};
