import { Client } from 'pg';
import { inFlight } from './in-flight.ts';

/** About what one staged version adds to the log. */
const ROW = 'x'.repeat(1_000);
const open: Client[] = [];

/** Opens the connections of the floors, and makes their table. */
export const openFloor = async (url: string, connections: number): Promise<void> => {
  for (let index = 0; index < connections; index += 1) {
    const client = new Client({ connectionString: url });
    open.push(client);
    await client.connect();
    if (index === 0) await client.query('CREATE TABLE IF NOT EXISTS committed (id bigserial PRIMARY KEY, body text NOT NULL)');
  }
};

export const closeFloor = async (): Promise<void> => void (await Promise.all(open.splice(0).map((client) => client.end())));

/** Commits rows over as many connections at once, `rowsEach` in a transaction; answers rows a second. */
export const commitRows = async (wanted: { connections: number; rowsEach: number; count: number }): Promise<number> => {
  const { connections, rowsEach, count } = wanted;
  const clients = open.slice(0, connections);
  const statement = { name: `insert-${rowsEach}`, text: 'INSERT INTO committed (body) SELECT unnest($1::text[])' };
  const values = [Array.from({ length: rowsEach }, () => ROW)];
  const commits = Math.ceil(count / rowsEach);
  const began = performance.now();
  const free = [...clients];
  await inFlight(connections, commits, async () => {
    const client = free.pop();
    if (!client) throw new Error('a floor has fewer connections than lanes');
    await client.query({ ...statement, values });
    free.push(client);
  });
  return (commits * rowsEach * 1_000) / (performance.now() - began);
};
