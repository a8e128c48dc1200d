export { migrate, type MigrateOptions } from './migrate.ts';
export { scramVerifier } from './scram-verifier.ts';
export { ensureLogin, grantTables, type LoginRole } from './service-role.ts';
