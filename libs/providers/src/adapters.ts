import type { TestedType } from '@keyturn/contracts';
import { postgresProvider, type PostgresProviderOptions } from './postgres/index.ts';
import { adapterOf, type ProviderAdapter } from './provider-adapter.ts';

/** By type of credential: each one that says what its test needs (`neededToTest`) has its adapter here, or this doesn't compile. */
export type ProviderAdapters = Readonly<Record<TestedType, ProviderAdapter>>;

/** All adapters there are. */
export const providerAdapters = (options: PostgresProviderOptions = {}): ProviderAdapters => ({
  database_password: adapterOf(postgresProvider(options)),
});
