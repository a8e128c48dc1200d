import type { Refusal } from '@keyturn/contracts';
import type { LogEvent } from '@keyturn/contracts/events';
import { assertNever, ok, refuse, type Result } from '@keyturn/kernel';
import { heldRestore, type Restores, unshredded } from './state.ts';

type Counts = { readonly tested: number; readonly failed: number; readonly noTest: number };

export type RestoreCommand =
  | {
      readonly type: 'restore.shreds-repeated';
      readonly incarnation: number;
      readonly lostTo: number | null;
      readonly named: number;
      readonly deleted: number;
    }
  /** Every current version has its result. */
  | { readonly type: 'restore.release'; readonly incarnation: number; readonly counts: Counts }
  /** A person doesn't wait. */
  | { readonly type: 'restore.publish'; readonly reason: string; readonly counts: Counts; readonly unchecked: number };

/** What follows a restore. A repeat yields no events; nobody but a person gets past what is missing. */
export const decideRestore = (command: RestoreCommand, restores: Restores): Result<readonly LogEvent[], Refusal> => {
  switch (command.type) {
    case 'restore.shreds-repeated': {
      const { incarnation, lostTo, named, deleted } = command;
      const isOwed = unshredded(restores).some((restore) => restore.incarnation === incarnation);
      return ok(isOwed ? [{ type: 'log.shreds-repeated', data: { incarnation, lostTo, named, deleted } }] : []);
    }
    case 'restore.release': {
      const { incarnation, counts } = command;
      const mayRelease = heldRestore(restores)?.incarnation === incarnation && unshredded(restores).length === 0;
      return ok(mayRelease ? [{ type: 'log.released', data: { incarnation, ...counts, unchecked: 0 } }] : []);
    }
    case 'restore.publish': {
      const held = heldRestore(restores);
      if (!held) return refuse({ code: 'nothing-to-release' });
      const { counts, unchecked, reason } = command;
      return ok([{ type: 'log.released', data: { incarnation: held.incarnation, ...counts, unchecked, reason } }]);
    }
    default:
      return assertNever(command);
  }
};
