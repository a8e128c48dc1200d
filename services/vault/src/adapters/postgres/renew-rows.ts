import type { Recorded } from '@keyturn/contracts/events';
import type { Sensitive } from '@keyturn/kernel';
import type { Client } from 'pg';
import { streamOf } from '../../folds.ts';
import type { RowChange } from '../../log/plan-batch.ts';
import { asOwner } from './as-owner.ts';
import { beginLocked, readHeads } from './read-facts.ts';
import { credentialRows, eachNames, readStreams } from './rebuild-projections.ts';
import { writeRows } from './write-rows.ts';

/** Raise it where a row of `credentials` says more of the same events than before: the next migration makes all of them anew. */
export const ROWS_MADE_BY = 1;

/** Streams whose rows are written under one lock: so few that nobody's append waits for them for long. */
const BATCH = 20;

const madeBy = async (owner: Client): Promise<number> => {
  const { rows } = await owner.query<{ version: number }>('SELECT rows_made_by AS version FROM incarnation');
  return rows[0]?.version ?? 0;
};

/** A stream that doesn't fold keeps its row: whoever uses that credential is told, and no vault is kept from starting. */
const rowsOfFolding = (events: readonly Recorded[]): readonly [string, RowChange][] => {
  try {
    return [...credentialRows([[...events]])];
  } catch {
    return [];
  }
};

type Made = { readonly stream: string; readonly version: number; readonly rows: readonly [string, RowChange][] };

/** Streams may be long, so they are read and folded before the lock is taken. */
const make = async (owner: Client, names: readonly string[]): Promise<Made[]> => {
  const streams = await readStreams(owner, names);
  return streams.flatMap((events) => {
    const last = events.at(-1);
    return last ? [{ stream: last.stream, version: last.version, rows: rowsOfFolding(events) }] : [];
  });
};

/** Writes the rows of those streams to which nothing was appended meanwhile; answers the names of the others. */
const writeUnchanged = async (owner: Client, made: readonly Made[]): Promise<string[]> => {
  await beginLocked(owner);
  const heads = await readHeads(
    owner,
    made.map(({ stream }) => stream),
  );
  const isUnchanged = ({ stream, version }: Made): boolean => heads.get(stream)?.version === version;
  await Promise.all(writeRows(owner, new Map(made.filter(isUnchanged).flatMap(({ rows }) => rows))));
  await owner.query('COMMIT');
  return made.filter((one) => !isUnchanged(one)).map(({ stream }) => stream);
};

/**
 * Makes the rows of `credentials` anew from the log, if an older vault made them: some at a time, and under the append lock only to write them, so
 * that vaults which run go on meanwhile.
 */
export const renewRows = async (owner: Client, ownerUrl: Sensitive<string>): Promise<void> => {
  if ((await madeBy(owner)) < ROWS_MADE_BY) await asOwner(ownerUrl, 'keyturn-vault-migrate', renew);
};

const renew = async (owner: Client): Promise<void> => {
  const renewThese = async (names: readonly string[]): Promise<void> => {
    for (let left = names; left.length > 0;) left = await writeUnchanged(owner, await make(owner, left));
  };
  await eachNames(owner, streamOf.credential(''), renewThese, BATCH);
  await owner.query('UPDATE incarnation SET rows_made_by = $1', [ROWS_MADE_BY]);
};
