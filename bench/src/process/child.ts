import { fork } from 'node:child_process';
import { z } from 'zod';

/** A process of the bench that does one part of the work, so that parts don't share an event loop. */
export type Child = {
  readonly pid: number;
  /** Has it do something, and answers with what came of it. */
  ask(what: string, data?: unknown): Promise<unknown>;
  stop(): Promise<void>;
};

const Reply = z.object({ id: z.int(), value: z.unknown().optional(), fault: z.string().optional() });
const STOP_MS = 5_000;

/** Starts `entry`, which must call `serveParent`. A child that dies fails all that it was asked. */
export const startChild = (entry: string): Child => {
  const child = fork(entry, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const open = new Map<number, { answer: (value: unknown) => void; fail: (fault: Error) => void }>();
  let last = 0;
  child.on('message', (message) => {
    const { id, value, fault } = Reply.parse(message);
    const waiting = open.get(id);
    open.delete(id);
    if (fault === undefined) waiting?.answer(value);
    else waiting?.fail(new Error(fault));
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', (code) => {
      for (const { fail } of open.values()) fail(new Error(`${entry} ended with ${code ?? 'a signal'}`));
      open.clear();
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    ask: (what, data) =>
      new Promise((answer, fail) => {
        last += 1;
        open.set(last, { answer, fail });
        child.send({ id: last, what, data }, (fault) => {
          if (fault) fail(fault);
        });
      }),
    stop: async () => {
      if (child.connected) child.disconnect(); // its main ends when its parent is gone
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
};
