import { z } from 'zod';

const Asked = z.object({ id: z.int(), what: z.string(), data: z.unknown().optional() });

const send = (reply: object): void => void process.send?.(reply);

/** Lets the process that started this one have things done; `end` runs when that one is gone or wants it. */
export const serveParent = (does: Readonly<Record<string, (data: unknown) => Promise<unknown>>>, end: () => Promise<void>): void => {
  process.on('message', (message) => {
    const { id, what, data } = Asked.parse(message);
    const work = does[what];
    if (!work) return send({ id, fault: `there is no ${what}` });
    work(data).then(
      (value) => send({ id, value }),
      (fault: unknown) => send({ id, fault: fault instanceof Error ? (fault.stack ?? fault.message) : String(fault) }),
    );
  });
  process.once('disconnect', () => void end().finally(() => process.exit(0)));
};
