import { Sensitive } from '@keyturn/kernel';
import type { FernetKey } from '../fernet/fernet-key.ts';
import { openStoredToken } from '../fernet/open-stored-token.ts';
import { legacyType, mainSecretOf } from '../older-words/legacy-type.ts';
import type { SourceHistory, SourceItem, SourceOwner } from '../source-item.ts';
import { sourceTime } from '../source-time.ts';
import { unreadable } from '../unreadable.ts';
import { LegacyRow, type LegacyTable } from './legacy-row.ts';
import { readMetadata } from '../older-words/row-metadata.ts';

/** Names a row for ever. */
export const legacyReference = (table: LegacyTable, id: number): string => `${table}/${id}`;

const ownerOf = ({ user_id: user, is_system_level: isSystem }: LegacyRow): SourceOwner =>
  isSystem === true || user === null || user === undefined ? { kind: 'system' } : { kind: 'legacy-user', id: user };

/** The earlier of the two: `created_at` is when the row came to this database, which may be a copy. */
const addedAt = ({ created_at: created, encrypted_at: encrypted }: LegacyRow): string | undefined =>
  [sourceTime(created), sourceTime(encrypted)].filter((time) => time !== undefined).toSorted()[0];

const historyOf = (row: LegacyRow): SourceHistory => {
  const [added, updated, lastUsed] = [addedAt(row), sourceTime(row.updated_at), sourceTime(row.last_used)];
  return {
    ...(added === undefined ? {} : { addedAt: added }),
    ...(updated === undefined ? {} : { updatedAt: updated }),
    ...(lastUsed === undefined ? {} : { lastUsedAt: lastUsed }),
    ...(row.test_status ? { testStatus: row.test_status.slice(0, 50) } : {}),
  };
};

/** Reads one row of the older system's tables; whatever is wrong with it becomes what is reported of it. */
export const readLegacyRow = (table: LegacyTable, raw: unknown, keys: readonly FernetKey[]): SourceItem => {
  const parsed = LegacyRow.safeParse(raw);
  if (!parsed.success) {
    const wrong = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].join(', ');
    return { kind: 'malformed', reference: `${table}/?`, sentence: `The row does not look as expected: ${wrong}.` };
  }
  const row = parsed.data;
  const reference = legacyReference(table, row.id);
  if (row.encrypted_value === null || row.encrypted_value === '') {
    return { kind: 'empty', reference, sentence: 'The row holds no value.' };
  }
  const opened = openStoredToken(keys, row.encrypted_value);
  if (!opened.ok) return unreadable(reference, opened.refusal);
  const { credentialType, provider, isGuess } = legacyType(row.service, row.credential_type);
  const metadata = readMetadata(credentialType, row.metadata);
  const guessed = isGuess ? [`Kept as generic: nobody knows the type ${row.credential_type} of ${row.service}.`] : [];
  return {
    kind: 'found',
    reference,
    owner: ownerOf(row),
    service: row.service,
    name: row.credential_type,
    credentialType,
    publicFields: { ...metadata.publicFields, ...(provider === undefined ? {} : { provider }) },
    secretFields: new Sensitive(mainSecretOf(credentialType, opened.value.value.reveal())),
    ...(metadata.label === undefined ? {} : { displayName: metadata.label }),
    history: historyOf(row),
    remarks: [...guessed, ...metadata.remarks],
  };
};
