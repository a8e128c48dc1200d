import type { Actor, Refusal } from '@keyturn/contracts';
import type { VaultCommandName } from '@keyturn/contracts/commands';
import { RECENT_LOGIN_MS, signedInRecently } from '../credential/reveal.ts';

/** What nobody does by a browser that somebody left open: the keys to everything, and a copy of everything. A reveal judges by itself. */
const WANTED: ReadonlySet<VaultCommandName> = new Set([
  'key-ring.add',
  'key-ring.activate',
  'key-ring.rewrap',
  'key-ring.retire',
  'backup.start',
]);

export const refuseUnlessRecent = (type: VaultCommandName, actor: Actor, now: string): Refusal | null =>
  !WANTED.has(type) || signedInRecently(actor, now) ? null : { code: 'recent-login-required', withinSeconds: RECENT_LOGIN_MS / 1000 };
