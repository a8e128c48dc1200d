import type { Client } from 'pg';
import type { TestedLogin } from '../provider.ts';
import { readServerAnswer } from './server-answer.ts';

type Refused = Pick<TestedLogin, 'verdict' | 'sentence' | 'sqlState'>;

/** Ends at the server before the driver gives up on it. */
const SHARE_OF_PATIENCE = 2 / 3;

const NAMES_NOTHING = new Set(['42P01', '42703', '42883', '3F000']);

const sentenceOf = (sqlState: string): string => {
  if (sqlState === '25006') return `its test query would change something (${sqlState}): write one that only reads.`;
  if (sqlState === '42501') return `it may not read what its test query asks for (${sqlState}): grant that, or ask for less.`;
  if (sqlState === '42601') return `its test query is not one statement that the server understands (${sqlState}).`;
  if (NAMES_NOTHING.has(sqlState)) return `its test query names something that is not there (${sqlState}).`;
  return `its test query failed (SQLSTATE ${sqlState}).`;
};

/** Of an error of the query itself; what says something of the server or the connection is thrown on. */
const refusalOf = (error: unknown, withinMs: number): Refused => {
  const answer = readServerAnswer(error);
  if (!('sqlState' in answer) || answer.sqlState === undefined) throw error;
  const { sqlState } = answer;
  if (sqlState === '57014') return { verdict: 'unreachable', sqlState, sentence: `its test query took more than ${withinMs} ms.` };
  if (answer.kind === 'busy') throw error;
  return { verdict: 'forbidden', sqlState, sentence: sentenceOf(sqlState) };
};

/**
 * Runs the credential's own query, and says what is wrong with it if something is, without a word of the server's. It writes to
 * no table: it is the cursor of a transaction that only reads, and it is moved by one row, which is made and not sent, however large. A function
 * that it calls may do what the role may. Named, so that it is one statement, whatever is in it.
 */
export const refusalOfQuery = async (client: Client, query: string, statementMs: number): Promise<Refused | undefined> => {
  const withinMs = Math.ceil(statementMs * SHARE_OF_PATIENCE);
  try {
    await client.query('begin isolation level read committed read only');
    await client.query(`set local statement_timeout = ${withinMs}`);
    await client.query({ name: 'keyturn-test', text: `declare keyturn_test no scroll cursor for ${query}` });
    const { rowCount } = await client.query('move 1 from keyturn_test');
    await client.query('rollback');
    return rowCount === 1 ? undefined : { verdict: 'forbidden', sentence: 'its test query answers no row.' };
  } catch (error) {
    return refusalOf(error, withinMs);
  }
};
