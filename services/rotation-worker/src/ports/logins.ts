import type { ChosenProvider } from '@keyturn/providers';
import type { PostgresFields } from '@keyturn/providers/postgres';

/** The provider whose logins the worker rotates. Its contract is the library's; the memory adapter stands in for it in tests. */
export type Logins = ChosenProvider<PostgresFields>;
