import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createDatabase, type Database } from '@keyturn/dev-stack';
import { parseFernetKey } from '@keyturn/imports';
import { makeFernetToken } from '@keyturn/imports/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

const ROWS = 12_000;
const VALUE = 9_000;
/** Far less than what is read. */
const HEAP_MB = 64;
const BATCH = 500;

const fernetKey = `${randomBytes(32).toString('base64url')}=`;
let database: Database;
let sourceBytes = 0;

const seed = async (client: Client): Promise<void> => {
  const key = parseFernetKey(fernetKey)!;
  const now = new Date(0);
  const padding = 'x'.repeat(VALUE);
  await client.query(`CREATE TABLE encrypted_credentials (id SERIAL PRIMARY KEY, user_id VARCHAR(255) NOT NULL, service VARCHAR(100) NOT NULL,
    credential_type VARCHAR(100) NOT NULL, encrypted_value TEXT NOT NULL, encrypted_at TIMESTAMP NOT NULL, created_at TIMESTAMP, metadata TEXT)`);
  for (let first = 0; first < ROWS; first += BATCH) {
    const tokens = Array.from({ length: BATCH }, (_, row) =>
      makeFernetToken(key, { iv: randomBytes(16), now, text: `${first + row} ${padding}` }),
    );
    sourceBytes += tokens.reduce((sum, token) => sum + token.length, 0);
    await client.query(
      `INSERT INTO encrypted_credentials (user_id, service, credential_type, encrypted_value, encrypted_at)
       SELECT 'u' || (n % 50), 'misc', 'generic', token, now() FROM unnest($1::text[]) WITH ORDINALITY t (token, n)`,
      [tokens],
    );
  }
};

beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'), 'large_source');
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await seed(client);
  await client.end();
}, 120_000);
afterAll(() => database?.drop());

it('needs no more memory for a large source: every row is imported, compared and blanked, and told of', { timeout: 300_000 }, async () => {
  const script = fileURLToPath(new URL('import-child.ts', import.meta.url));
  const args = [`--max-old-space-size=${HEAP_MB}`, script, database.url, fernetKey];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    counts: { imported: ROWS },
    rows: ROWS,
    blanked: ROWS,
    failures: [],
    again: { 'already-there': ROWS },
    given: ROWS,
  });
  expect(sourceBytes).toBeGreaterThan(2 * HEAP_MB * 1024 * 1024);
});
