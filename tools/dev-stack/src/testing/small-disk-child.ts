import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '../servers/postgres.ts';

// The dev stack's Postgres, supervised as there, with its data and WAL on a small disk in a mount namespace of its own (`unshare -m`): the disk
// goes with the process.

const [, , folder = '', megabytes = ''] = process.argv;

execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'keyturn-small-disk', folder]);
const ballast = join(folder, 'ballast');
const server = await startPostgres({ varDir: folder });

const free = (): number => Number(execFileSync('stat', ['-f', '-c', '%a', folder], { encoding: 'utf8' })) * 4_096;

process.on('message', (message: { readonly leave?: number }) => {
  rmSync(ballast, { force: true });
  if (message.leave !== undefined) writeFileSync(ballast, Buffer.alloc(Math.max(0, free() - message.leave)));
  process.send?.({ done: true });
});
process.on('disconnect', () => {
  void server.kill().finally(() => process.exit());
});
process.send?.({ url: server.url });
