import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CannotStart } from '../cannot-start.ts';
import { asAccount } from '../process/as-account.ts';
import { accountFor, type Account } from './postgres-account.ts';
import { randomPassword, secretFile } from './secret-file.ts';

const run = promisify(execFile);

export type ClusterOptions = {
  readonly varDir: string;
  readonly dataDir: string;
  readonly initdb: string;
  readonly account: Account | null;
};

/** Creates the data folder if there is none, and returns the superuser's password, which lives beside it in a file of mode 0600. */
export const createCluster = async ({ varDir, dataDir, initdb, account }: ClusterOptions): Promise<string> => {
  mkdirSync(varDir, { recursive: true });
  const passwordFile = join(varDir, 'postgres-superuser.password');
  if (!existsSync(dataDir)) rmSync(passwordFile, { force: true });
  const password = await secretFile(passwordFile, randomPassword);
  if (existsSync(dataDir)) {
    if (account && statSync(dataDir).uid === 0) await run('chown', ['-R', `${account.uid}:${account.gid}`, dataDir]); // a copy that root made
    return password;
  }
  const unfinished = `${dataDir}.unfinished`; // renamed at the end, so that a run killed in between leaves nothing that looks like data
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  if (account) for (const path of [unfinished, passwordFile]) chownSync(path, account.uid, account.gid);
  const plain = { command: initdb, args: initdbArgs(unfinished, passwordFile) };
  const { command, ids } = asAccount(plain, account ? accountFor(account, [unfinished, initdb]) : undefined);
  const options = { cwd: '/', env: { ...process.env, LC_ALL: 'C' }, ...ids };
  await run(command.command, [...command.args], options).catch((fault: unknown) => {
    throw new CannotStart(
      `initdb could not create ${dataDir} (${lastLine(fault)}): make room or correct the folder's rights, and start again.`,
    );
  });
  renameSync(unfinished, dataDir);
  return password;
};

/** The builtin locale makes text sort alike on every machine, whatever locales it has. */
const initdbArgs = (dataDir: string, passwordFile: string): string[] => [
  `--pgdata=${dataDir}`,
  `--pwfile=${passwordFile}`,
  '--username=postgres',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];

const lastLine = (fault: unknown): string => {
  const text = fault instanceof Error && 'stderr' in fault ? String(fault.stderr) : String(fault);
  return text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
};
