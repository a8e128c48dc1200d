import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { createBackup } from '../src/adapters/backup/create-backup.ts';
import { restoreBackup } from '../src/adapters/backup/restore-backup.ts';
import { verifyBackup } from '../src/adapters/backup/verify-backup.ts';

// One backup, made, verified and restored, in a process of its own, whose heap is small: to see that none of it needs more than that.

const [, , path = '', databaseUrl = '', recipient = '', identity = '', kekText = '', targetUrl = '', targetOwnerUrl = ''] = process.argv;
const kek = { variable: new Sensitive(kekText) };
const unlock = { identities: [new Sensitive(identity)] };
const SAMPLE_MS = 20;

/** What this process holds, in its heap and in buffers outside of it. */
const holds = (): number => {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
/** Does the work, and answers what was held meanwhile. */
const sampled = async <T>(work: () => Promise<T>): Promise<[T, number[]]> => {
  const held: number[] = [];
  const timer = setInterval(() => held.push(holds()), SAMPLE_MS);
  const done = await work();
  clearInterval(timer);
  return [done, held];
};

const lock = { recipients: [recipient] };
const [created, creating] = await sampled(() => createBackup({ path, lock, databaseUrl: new Sensitive(databaseUrl), kek }));
if (!created.ok) throw new Error(created.refusal.code);
const [verified, verifying] = await sampled(() => verifyBackup({ path, unlock }));
if (!verified.ok) throw new Error(verified.refusal.code);
const target = { ownerUrl: new Sensitive(targetOwnerUrl), serviceUrl: new Sensitive(targetUrl) };
const given = { by: 'ada', reason: 'the disk died', incarnation: undefined, newId: uuidv7 };
const [restored, restoring] = await sampled(() => restoreBackup({ path, unlock, kek, ...target, ...given }));
if (!restored.ok) throw new Error(restored.refusal.code);
process.stdout.write(JSON.stringify({ ...verified.value, bytes: created.value.bytes, held: { creating, verifying, restoring } }));
