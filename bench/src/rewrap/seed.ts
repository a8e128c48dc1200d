import { createCipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { canonicalBytes } from '@keyturn/sealing';
import type { Client } from 'pg';
import { uuidv7 } from 'uuidv7';

/** Rows a transaction: of the floor, of the seed, and of the vault's own batches. */
export const BATCH = 100;

export type DekRows = {
  readonly credentialId: string[];
  readonly version: number[];
  readonly kekId: string[];
  readonly wrapped: Buffer[];
};

const activeKek = (kekFile: string): { readonly id: string; readonly key: Buffer } => {
  const [, id, encoded] = /^(kek-\S+) active (\S+)$/mu.exec(readFileSync(kekFile, 'utf8')) ?? [];
  if (id === undefined || encoded === undefined) throw new Error('the KEK file has no key to begin with');
  return { id, key: Buffer.from(encoded, 'base64url') };
};

const wrap = ({ id, key }: ReturnType<typeof activeKek>, context: object): Buffer => {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(canonicalBytes({ algorithm: 'A256GCM', kekId: id, context }));
  return Buffer.concat([Uint8Array.of(1), nonce, cipher.update(randomBytes(32)), cipher.final(), cipher.getAuthTag()]);
};

/** As many data keys as wanted, in batches, wrapped as the vault's first KEK wraps them. */
export const dekBatches = (kekFile: string, rows: number): DekRows[] => {
  const kek = activeKek(kekFile);
  return Array.from({ length: Math.ceil(rows / BATCH) }, () => {
    const credentialId = Array.from({ length: BATCH }, () => uuidv7());
    const wrapped = credentialId.map((id) => wrap(kek, { credentialId: id, version: 1 }));
    return { credentialId, wrapped, version: credentialId.map(() => 1), kekId: credentialId.map(() => kek.id) };
  });
};

/** A table with the columns and indexes of the vault's own. */
export const FLOOR_TABLE = 'CREATE TABLE floor_deks (LIKE wrapped_deks INCLUDING ALL)';

export const insertBatch = async (client: Client, table: 'wrapped_deks' | 'floor_deks', batch: DekRows): Promise<void> => {
  await client.query({
    name: `insert-${table}`,
    text: `INSERT INTO ${table} (credential_id, version, kek_id, wrapped) SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::bytea[])`,
    values: [batch.credentialId, batch.version, batch.kekId, batch.wrapped],
  });
};
