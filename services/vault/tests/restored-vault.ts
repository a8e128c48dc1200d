import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CredentialEvent, type Recorded } from '@keyturn/contracts/events';
import { type LostShred, type RestoreView, VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { Sensitive } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { createBackup } from '../src/adapters/backup/create-backup.ts';
import { randomKek } from '../src/adapters/memory/memory-key-wrapper.ts';
import { postgresLeadership } from '../src/adapters/postgres/leadership.ts';
import type { LostTail } from '../src/ports/lost-tail.ts';
import { startRestoreKeeper } from '../src/restore/start-restore-keeper.ts';
import { agePair, restoring } from './backup-files.ts';
import { kekSourceOf } from './kek-source.ts';
import { testLog } from './test-log.ts';
import { ADMIN, testReplica, testVault, type TestVault } from './test-vault.ts';

const keys = await agePair();

/** A vault, and another one that was restored from its backup; what `lost` did to the first one the second doesn't know. */
export const restoredVault = async (before: (vault: TestVault) => Promise<void>, lost: (vault: TestVault) => Promise<void>) => {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-restored-'));
  const path = join(folder, 'vault.age');
  const old = await testVault();
  await before(old);
  await createBackup({ path, lock: keys.lock, databaseUrl: old.url, kek: kekSourceOf(old.held) });
  await lost(old);
  const database = await testLog();
  const held = [randomKek()];
  const restored = await restoring(database, path, keys.unlock, kekSourceOf(held));
  if (!restored.ok) throw new Error(restored.refusal.code);
  rmSync(folder, { recursive: true });
  const vault: TestVault = { ...database, ...(await testReplica(database, held)) };
  return { old, vault, dispose: () => Promise.all([old.dispose(), vault.dispose()]) };
};

/** What audit would tell of these events: it has seen them all. */
export const shredsIn = (events: readonly Recorded[], after: number): LostShred[] =>
  events
    .filter(({ type, position }) => type === 'credential.shredded' && position > after)
    .flatMap(({ position, recordedAt: at, type, data }) => {
      const event = CredentialEvent.parse({ type, data });
      if (event.type !== 'credential.shredded') return [];
      const { credentialId, versions } = event.data;
      return [{ position, at, credentialId, versions, deleted: { reason: 'no longer used', revoked: [], backupRetentionDays: 35 } }];
    });

/** Audit, a page of one at a time; `isSilent` while it doesn't answer. */
export const lostTailOf = (shreds: readonly LostShred[], says: { isSilent?: boolean; isUnknown?: boolean } = {}): LostTail => ({
  shreds: async ({ after }) => {
    if (says.isSilent) return null;
    if (says.isUnknown) return { known: false, lostTo: null, items: [], next: null };
    const [next, ...rest] = shreds.filter(({ position }) => position > (after?.position ?? 0));
    const items = next ? [next] : [];
    return { known: true, lostTo: 99, items, next: next && rest.length > 0 ? { position: next.position, hash: 'f'.repeat(64) } : null };
  },
});

export const keeperOf = (vault: TestVault, lostTail: LostTail) => {
  const { log, hold, rechecks, fingerprintKey, url } = vault;
  const leadership = postgresLeadership({ url, name: 'restore', retryMs: 20, logger: silentLogger });
  const common = { newId: uuidv7, logger: silentLogger, pollMs: 20, retryMs: 20, backupRetentionDays: 35 };
  return startRestoreKeeper({ log, hold, rechecks, fingerprintKey, leadership, lostTail, ...common });
};

export const restoreView = async (vault: TestVault): Promise<RestoreView | null> => {
  const answer = await vault.client(ADMIN).query('restore.view', {});
  return VAULT_QUERIES_TABLE['restore.view'].answer.parse(answer.ok ? answer.value.value : null).restore;
};

const ask = async (vault: TestVault, name: string, data: object): Promise<void> => {
  const answer = await vault.client(ADMIN).command(name, data, { commandId: randomUUID() });
  if (!answer.ok) throw new Error(`${name}: ${answer.refusal.code}`);
};

/** A credential of a type that has no test. */
export const registerGeneric = async (vault: TestVault, address: string): Promise<string> => {
  const credentialId = uuidv7();
  const data = { credentialId, address, credentialType: 'generic', publicFields: {}, issuer: null, untested: 'import' };
  const secret = new Sensitive({ fields: { token: `canary-of-${address}` } });
  const made = await vault.client(ADMIN).command('credential.register', data, { commandId: randomUUID(), secret });
  if (!made.ok) throw new Error(made.refusal.code);
  return credentialId;
};
export const deleteOne = (vault: TestVault, credentialId: string, address: string): Promise<void> =>
  ask(vault, 'credential.delete', { credentialId, confirm: address, reason: 'no longer used', leftAliveBecause: 'it has no issuer' });
