import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { identify } from '../process/process-identity.ts';
import { reapOrphans } from '../process/run-folder.ts';
import { runDirOf } from '../servers/server.ts';

/**
 * Cleans up after test runs that were killed: each leaves its folder `<kind>-<pid>`, and where the kernel can't end children with their
 * parent, its servers. Folders of runs that live are left alone.
 */
export const sweepDeadRuns = async (varRoot: string, kind: string): Promise<void> => {
  for (const { name } of readdirSync(varRoot, { withFileTypes: true })) {
    const pid = name.startsWith(`${kind}-`) ? Number(name.slice(kind.length + 1)) : Number.NaN;
    if (!Number.isInteger(pid) || identify(pid) !== null) continue;
    await reapOrphans(runDirOf(join(varRoot, name)));
    rmSync(join(varRoot, name), { recursive: true, force: true });
  }
};
