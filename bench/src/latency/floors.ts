import { Client } from 'pg';

/** As many connections as there are requests under way: each statement has one to itself. */
export type Connections = { run(statement: { name: string; text: string; values: unknown[] }): Promise<unknown>; close(): Promise<void> };

export const connections = async (url: string, count: number): Promise<Connections> => {
  const all = Array.from({ length: count }, () => new Client({ connectionString: url }));
  await Promise.all(all.map((client) => client.connect()));
  const free = [...all];
  return {
    run: async (statement) => {
      const client = free.pop();
      if (!client) throw new Error('a floor has fewer connections than lanes');
      try {
        return await client.query(statement);
      } finally {
        free.push(client);
      }
    },
    close: async () => void (await Promise.all(all.map((client) => client.end()))),
  };
};
