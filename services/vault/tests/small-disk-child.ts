import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '@keyturn/dev-stack';

// A Postgres whose data and WAL are on a small disk, in a mount namespace of its own (`unshare -m`), so that the disk goes with the process.

const [, , folder = '', megabytes = ''] = process.argv;
const RETRY_MS = 200;

execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'keyturn-small-disk', folder]);
const ballast = join(folder, 'ballast');
const server = await startPostgres({ varDir: folder });

const state = { stopping: false };
/** Starts the server again whenever it gave up, as the host's supervisor does: a full WAL stops it for good. */
const superviseServer = async (): Promise<void> => {
  while (!state.stopping) {
    if (server.pid() === undefined) await server.restart().catch(() => undefined);
    await pause(RETRY_MS);
  }
};
void superviseServer();

const free = (): number => Number(execFileSync('stat', ['-f', '-c', '%a', folder], { encoding: 'utf8' })) * 4_096;

process.on('message', (message: { readonly leave?: number }) => {
  rmSync(ballast, { force: true });
  if (message.leave !== undefined) writeFileSync(ballast, Buffer.alloc(Math.max(0, free() - message.leave)));
  process.send?.({ done: true });
});
process.on('disconnect', () => {
  state.stopping = true;
  void server.kill().finally(() => process.exit());
});
process.send?.({ url: server.url });
