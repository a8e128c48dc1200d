import type { Client } from 'pg';
import type { WrappedKey } from '../../ports/key-wrapper.ts';
import { intArray, textArray } from './array-literals.ts';

type OfVersion = { readonly credentialId: string; readonly version: number };

/** Adds the wrapped data keys of versions that have none yet. */
export const insertDeks = (client: Client, deks: readonly (OfVersion & WrappedKey)[]): Promise<unknown> =>
  client.query({
    name: 'insert-deks',
    text: `INSERT INTO wrapped_deks (credential_id, version, kek_id, wrapped)
           SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::bytea[])`,
    values: [
      textArray(deks.map((dek) => dek.credentialId)),
      intArray(deks.map((dek) => dek.version)),
      textArray(deks.map((dek) => dek.kekId)),
      deks.map((dek) => Buffer.from(dek.wrapped)),
    ],
  });
