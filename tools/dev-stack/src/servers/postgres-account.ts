import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CannotStart } from '../cannot-start.ts';
import { asAccount, type ProcessAccount } from '../process/as-account.ts';

/** The system account that Postgres runs under, because it refuses root. Null when we are not root: then it runs as we do. */
export type Account = Pick<ProcessAccount, 'uid' | 'gid'>;

const NAME = 'postgres';

export const postgresAccount = (dataDir: string): Account | null => {
  if (process.getuid?.() !== 0) return null;
  const account = ownerOf(dataDir) ?? lookUp() ?? create();
  if (account) return account;
  throw new CannotStart(
    `Postgres refuses to run as root and the system user "${NAME}" could not be created: create it with \`useradd --system ${NAME}\`, or start as an ordinary user.`,
  );
};

/** Lets the account reach its files in a home that only root may enter (`/root/keyturn`), by leaving it one capability there. */
export const accountFor = (account: Account, paths: readonly string[]): ProcessAccount => {
  const entersAnywhere = !paths.every((path) => canEnter(path, account));
  if (entersAnywhere && !canEnterAnywhere(account)) {
    throw new CannotStart(
      `Postgres, running as the user "${NAME}", may not enter ${paths[0] ?? ''}: move the project out of root's home, or start it as an ordinary user.`,
    );
  }
  return { ...account, entersAnywhere };
};

/** Needs util-linux's `setpriv`, and a container that lets root keep the capability. */
const canEnterAnywhere = (account: Account): boolean => {
  const { command } = asAccount({ command: 'true', args: [] }, { ...account, entersAnywhere: true });
  return runs(command.command, command.args);
};

/** Whether the account may pass through every folder above the path. */
const canEnter = (path: string, account: Account): boolean => {
  const folder = dirname(path);
  if (folder === path) return true;
  const { mode, uid, gid } = statSync(folder);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  return (mode & bit) !== 0 && canEnter(folder, account);
};

/** Data that an ordinary user's run left stays that user's, whoever starts it next. */
const ownerOf = (dataDir: string): Account | null => {
  const owner = statSync(dataDir, { throwIfNoEntry: false });
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : null;
};

const lookUp = (): Account | null => {
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  return uid === null || gid === null ? null : { uid, gid };
};

const create = (): Account | null => {
  const made = runs('useradd', ['--system', '--user-group', '--no-create-home', NAME]) || runs('adduser', ['-S', '-D', '-H', NAME]);
  return made ? lookUp() : null;
};

const idOf = (flag: string): number | null => {
  try {
    return Number.parseInt(execFileSync('id', [flag, NAME], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }), 10);
  } catch {
    return null;
  }
};

const runs = (command: string, args: readonly string[]): boolean => {
  try {
    execFileSync(command, [...args], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
