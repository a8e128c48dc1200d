import type { Actor, Refusal } from '@keyturn/contracts';
import type { VaultCommandName } from '@keyturn/contracts/commands';
import type { VaultQueryName } from '@keyturn/contracts/queries';
import { RECENT_LOGIN_MS, signedInRecently } from '../credential/reveal.ts';

/** What nobody does by a browser that somebody left open: the keys to everything, a copy or a list of everything. A reveal judges by itself. */
const WANTED: ReadonlySet<VaultCommandName | VaultQueryName> = new Set([
  'key-ring.add',
  'key-ring.activate',
  'key-ring.rewrap',
  'key-ring.retire',
  'backup.start',
  'credential.export',
  'rotation.force',
  'credential.record-export',
]);

export const refuseUnlessRecent = (type: VaultCommandName | VaultQueryName, actor: Actor, now: string): Refusal | null =>
  WANTED.has(type) ? refuseOldLogin(actor, now) : null;

/** For what wants one depending on what is asked. */
export const refuseOldLogin = (actor: Actor, now: string): Refusal | null =>
  signedInRecently(actor, now) ? null : { code: 'recent-login-required', withinSeconds: RECENT_LOGIN_MS / 1000 };
