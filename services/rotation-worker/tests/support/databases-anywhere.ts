import { parseDatabaseEgressAllow } from '@keyturn/providers/http';
import type { PostgresProviderOptions } from '@keyturn/providers/postgres';

const everywhere = parseDatabaseEgressAllow('0.0.0.0/0,[::]/0');
if (!everywhere.ok) throw new Error(everywhere.refusal);

/** Where tests have their databases: on loopback, or in a container's private network. */
export const databasesAnywhere = { egress: { rules: everywhere.value } } satisfies PostgresProviderOptions;
