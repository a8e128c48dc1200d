import type { Actor, Refusal } from '@keyturn/contracts';
import type { VaultCommandName } from '@keyturn/contracts/commands';
import type { VaultQueryName } from '@keyturn/contracts/queries';
import { refuseOldLogin } from '../credential/recent-login.ts';

/**
 * What nobody does by a browser that somebody left open: the keys to everything, a copy or a list of everything. A reveal judges by itself. An
 * export is judged once, as it is recorded: its later pages are of the same file.
 */
const WANTED: ReadonlySet<VaultCommandName | VaultQueryName> = new Set([
  'key-ring.add',
  'key-ring.activate',
  'key-ring.rewrap',
  'key-ring.retire',
  'backup.start',
  'rotation.force',
  'credential.record-export',
]);

export const refuseUnlessRecent = (type: VaultCommandName | VaultQueryName, actor: Actor, now: string): Refusal | null =>
  WANTED.has(type) ? refuseOldLogin(actor, now) : null;
