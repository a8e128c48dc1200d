import type { RefusalCode } from '../refusals.ts';
import type { VaultCommandName } from '../commands/index.ts';

// What a command is refused for by what it takes to do it, whatever it is about: each operation that sends it may answer with these.

/** It wraps a new data key: the active key-encryption key may have wrapped as many as it may. */
const SEALS = ['kek-exhausted'] as const satisfies readonly RefusalCode[];
/** It opens a stored version, which may be damaged. */
const OPENS = ['version-unreadable'] as const satisfies readonly RefusalCode[];
/** It gives or takes what a restore brought back, which may be untested still. */
const AFTER_RESTORE = ['restore-unchecked'] as const satisfies readonly RefusalCode[];

/** By command, beside what is said of each operation itself. */
export const COMMAND_REFUSALS: Readonly<Partial<Record<VaultCommandName, readonly RefusalCode[]>>> = {
  'credential.register': SEALS,
  'credential.stage-value': SEALS,
  'credential.edit': [...SEALS, ...OPENS],
  'credential.reveal': OPENS,
  'credential.compare': OPENS,
  'credential.verify-value': OPENS,
  'credential.resolve': [...OPENS, ...AFTER_RESTORE],
  'llm.resolve': [...OPENS, ...AFTER_RESTORE],
  'execution-server.resolve': [...OPENS, ...AFTER_RESTORE],
  'rotation.request': AFTER_RESTORE,
  'rotation.give-value': [...SEALS, 'approval-missing'],
  'bulk-rotation.request': AFTER_RESTORE,
};
