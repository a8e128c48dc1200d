export { parsePostgresFields, recordOfPostgresFields, type PostgresFields, type SslMode } from './fields.ts';
export { postgresProvider, type PostgresProviderOptions } from './postgres-provider.ts';
