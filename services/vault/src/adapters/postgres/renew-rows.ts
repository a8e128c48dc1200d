import type { Recorded } from '@keyturn/contracts/events';
import type { Sensitive } from '@keyturn/kernel';
import type { Client } from 'pg';
import { streamOf } from '../../folds.ts';
import type { RowChange } from '../../log/plan-batch.ts';
import { asOwner } from './as-owner.ts';
import { beginLocked } from './read-facts.ts';
import { credentialRows, eachStreams } from './rebuild-projections.ts';
import { writeRows } from './write-rows.ts';

/** Raise it where a row of `credentials` says more of the same events than before: the next migration makes all of them anew. */
export const ROWS_MADE_BY = 1;

const madeBy = async (owner: Client): Promise<number> => {
  const { rows } = await owner.query<{ version: number }>('SELECT rows_made_by AS version FROM incarnation');
  return rows[0]?.version ?? 0;
};

/** A stream that doesn't fold keeps its row: whoever uses that credential is told, and no vault is kept from starting. */
const rowsOfFolding = (streams: readonly Recorded[][]): Map<string, RowChange> => {
  const rows = streams.flatMap((events) => {
    try {
      return [...credentialRows([events])];
    } catch {
      return [];
    }
  });
  return new Map(rows);
};

/**
 * Makes the rows of `credentials` anew from the log, if an older vault made them: some at a time, under the append lock, so that vaults which
 * run go on meanwhile.
 */
export const renewRows = (ownerUrl: Sensitive<string>): Promise<void> => asOwner(ownerUrl, 'keyturn-vault-migrate', renew);

const renew = async (owner: Client): Promise<void> => {
  if ((await madeBy(owner)) >= ROWS_MADE_BY) return;
  const take = async (streams: readonly Recorded[][]): Promise<void> => {
    await Promise.all(writeRows(owner, rowsOfFolding(streams)));
    await owner.query('COMMIT');
  };
  await eachStreams(owner, streamOf.credential(''), take, () => beginLocked(owner));
  await owner.query('UPDATE incarnation SET rows_made_by = $1', [ROWS_MADE_BY]);
};
