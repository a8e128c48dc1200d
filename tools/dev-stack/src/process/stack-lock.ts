import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CannotStart } from '../cannot-start.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

const Holder = z.object({ pid: z.int(), startedAt: z.string() });

export type StackLock = { release(): void };

/** Lets one stack at a time use a folder. A lock whose holder is gone is taken over; a live holder is a `CannotStart` that names its pid. */
export const acquireStackLock = (varDir: string): StackLock => {
  const lock = join(varDir, 'run', 'stack.lock');
  const mine = `${lock}.${process.pid}`;
  writeMine(mine, varDir);
  try {
    while (!tryLink(mine, lock)) takeOver(lock, varDir, `${mine}.stale`);
  } finally {
    rmSync(mine, { force: true });
  }
  return { release: () => rmSync(lock, { force: true }) };
};

const writeMine = (mine: string, varDir: string): void => {
  const me = identify(process.pid);
  if (!me) throw new CannotStart('This system does not tell when a process started: install `ps` and start again.');
  try {
    mkdirSync(dirname(mine), { recursive: true });
    writeFileSync(mine, JSON.stringify(me), { mode: 0o600 });
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    throw new CannotStart(`${varDir} can't be written (${reason}): give it to the user who starts the stack, with \`chown -R\`.`, {
      cause: fault,
    });
  }
};

/** A hard link appears whole or not at all, so nobody ever reads half a lock. */
const tryLink = (from: string, to: string): boolean => {
  try {
    linkSync(from, to);
    return true;
  } catch (fault) {
    if (hasCode(fault, 'EEXIST')) return false;
    throw fault;
  }
};

const takeOver = (lock: string, varDir: string, aside: string): void => {
  const holder = readHolder(lock);
  if (holder && isRunning(holder)) throw running(holder, varDir);
  try {
    renameSync(lock, aside);
  } catch (fault) {
    if (hasCode(fault, 'ENOENT')) return;
    throw fault;
  }
  const moved = readHolder(aside); // another start may have taken the stale lock between the two lines above
  if (moved && isRunning(moved)) {
    tryLink(aside, lock);
    rmSync(aside, { force: true });
    throw running(moved, varDir);
  }
  rmSync(aside, { force: true });
};

const running = (holder: ProcessIdentity, varDir: string): CannotStart =>
  new CannotStart(`A stack already runs on ${varDir} (pid ${holder.pid}): stop it with Ctrl-C, or with \`kill ${holder.pid}\`.`);

const readHolder = (path: string): ProcessIdentity | null => {
  try {
    return Holder.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
};

const hasCode = (fault: unknown, code: string): boolean => fault instanceof Error && 'code' in fault && fault.code === code;
