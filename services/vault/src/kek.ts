import { parseArgs } from 'node:util';
import { addToKekFile, readKekFile, removeFromKekFile } from './adapters/file/kek-file.ts';

// The KEK file, changed by whoever runs the vault's host, as the vault's user. A key never leaves the file; only fingerprints are printed.

const USAGE = `node services/vault/src/kek.ts add FILE           adds a fresh key and prints its fingerprint
node services/vault/src/kek.ts list FILE          prints the fingerprints
node services/vault/src/kek.ts remove FILE KEK    takes a key out that the ring has retired
`;

const { positionals } = parseArgs({ allowPositionals: true });
const [verb, file, kekId] = positionals;

const run = async (): Promise<string | null> => {
  if (verb === 'add' && file !== undefined) return addToKekFile(file);
  if (verb === 'list' && file !== undefined) return (await readKekFile(file)).map(({ id }) => id).join('\n');
  if (verb !== 'remove' || file === undefined || kekId === undefined) return null;
  await removeFromKekFile(file, kekId);
  return `removed ${kekId}`;
};

try {
  const said = await run();
  process.stdout.write(said === null ? USAGE : `${said}\n`);
  process.exitCode = said === null ? 2 : 0;
} catch (fault) {
  process.stderr.write(`${fault instanceof Error ? fault.message : 'failed'}\n`);
  process.exitCode = 1;
}
