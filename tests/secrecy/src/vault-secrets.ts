import { createDecipheriv } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Sensitive } from '@keyturn/kernel';
import { canonicalBytes, openVersion } from '@keyturn/sealing';
import { Client } from 'pg';
import { z } from 'zod';
import type { Secret } from './scan/scan.ts';

const Wrapped = { kekId: z.string(), wrapped: z.instanceof(Uint8Array) };
const Deks = z.array(z.object({ credentialId: z.string(), version: z.int(), ...Wrapped }));
const Sealed = z.array(z.object({ stream: z.string(), sealed: z.instanceof(Uint8Array) }));
const Identity = z.array(z.object(Wrapped));
const SealingKeys = z.array(z.object({ keyId: z.string(), ...Wrapped }));

/** What a version holds, beside the names that the scan gives to its keys. */
export type OpenedVersion = { readonly credentialId: string; readonly version: number; readonly password: string };
export type VaultSecrets = { readonly secrets: readonly Secret[]; readonly versions: readonly OpenedVersion[] };

/** Opens all that the vault keeps, with its KEK and its database, as one could who has stolen both. */
export const openVault = async (databaseUrl: string, kekFile: string): Promise<VaultSecrets> => {
  const kek = readKek(kekFile);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const deks = Deks.parse(
      (await client.query('SELECT credential_id AS "credentialId", version, kek_id AS "kekId", wrapped FROM wrapped_deks ORDER BY 1, 2'))
        .rows,
    );
    const sealed = Sealed.parse((await client.query('SELECT stream, sealed FROM events WHERE sealed IS NOT NULL ORDER BY position')).rows);
    const identity = Identity.parse((await client.query('SELECT kek_id AS "kekId", wrapped_private AS wrapped FROM vault_identity')).rows);
    const sealing = SealingKeys.parse(
      (await client.query('SELECT key_id AS "keyId", kek_id AS "kekId", wrapped_private AS wrapped FROM sealing_keys')).rows,
    );
    const versions = deks.map(({ credentialId, version, ...dek }) =>
      openOne({ credentialId, version }, unwrap(kek, dek, { credentialId, version }), sealed),
    );
    const secrets = [
      { label: 'the KEK', plaintext: kek },
      ...identity.map((row) => ({ label: 'the vault’s private key', plaintext: unwrap(kek, row, { purpose: 'vault identity' }) })),
      ...sealing.map(({ keyId, ...row }) => ({
        label: 'a private sealing key',
        plaintext: unwrap(kek, row, { purpose: 'sealing key', keyId }),
      })),
      ...versions.flatMap(({ secrets }) => secrets),
    ];
    return { secrets, versions: versions.map(({ opened }) => opened) };
  } finally {
    await client.end();
  }
};

const readKek = (path: string): Uint8Array => {
  const encoded = / active (\S+)$/mu.exec(readFileSync(path, 'utf8'))?.[1];
  if (encoded === undefined) throw new Error('the KEK file has no active key');
  return Buffer.from(encoded, 'base64url');
};

type Row = { readonly kekId: string; readonly wrapped: Uint8Array };

/** Format (1 byte) ‖ nonce (12) ‖ ciphertext ‖ tag (16); written anew here, so that the test does not trust the vault's own code. */
const unwrap = (kek: Uint8Array, { kekId, wrapped }: Row, context: Readonly<Record<string, string | number>>): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', kek, wrapped.subarray(1, 13));
  decipher.setAAD(canonicalBytes({ algorithm: 'A256GCM', kekId, context }));
  decipher.setAuthTag(wrapped.subarray(-16));
  return Buffer.concat([decipher.update(wrapped.subarray(13, -16)), decipher.final()]);
};

type Of = { readonly credentialId: string; readonly version: number };

const openOne = (of: Of, dek: Buffer, all: z.infer<typeof Sealed>): { opened: OpenedVersion; secrets: Secret[] } => {
  for (const { stream, sealed } of all.filter((event) => event.stream.includes(of.credentialId))) {
    try {
      const { fields, ackKey } = openVersion({ ...of, scope: 'system', sealed, dek: new Sensitive<Uint8Array>(dek) });
      const name = `version ${of.version} of ${stream}`;
      const bytes = Buffer.from(ackKey.reveal(), 'base64url');
      const secrets = [
        { label: `the DEK of ${name}`, plaintext: dek },
        { label: `the ack key of ${name}`, plaintext: bytes },
        { label: `the ack key of ${name}, as text`, plaintext: ackKey.reveal() },
      ];
      return { opened: { ...of, password: fields.reveal()['password'] ?? '' }, secrets };
    } catch {
      // another version's
    }
  }
  throw new Error(`version ${of.version} of ${of.credentialId} opens nothing in the log`);
};
