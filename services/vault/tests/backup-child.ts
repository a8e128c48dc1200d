import { Sensitive } from '@keyturn/kernel';
import { createBackup } from '../src/adapters/backup/create-backup.ts';
import { verifyBackup } from '../src/adapters/backup/verify-backup.ts';

// One backup in a process of its own, whose heap is small: to see that it needs no more than that.

const [, , path = '', databaseUrl = '', recipient = '', identity = '', kek = ''] = process.argv;
const created = await createBackup({
  path,
  lock: { recipients: [recipient] },
  databaseUrl: new Sensitive(databaseUrl),
  kek: { variable: new Sensitive(kek) },
});
if (!created.ok) throw new Error(created.refusal.code);
const verified = await verifyBackup({ path, unlock: { identities: [new Sensitive(identity)] } });
if (!verified.ok) throw new Error(verified.refusal.code);
process.stdout.write(JSON.stringify({ ...verified.value, bytes: created.value.bytes, maxRssKb: process.resourceUsage().maxRSS }));
