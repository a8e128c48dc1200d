import { migrate as runMigrations } from '@keyturn/database';
import type { Sensitive } from '@keyturn/kernel';
import { grantService } from './service-role.ts';

const FOLDER = new URL('./migrations/', import.meta.url);

export type MigrateOptions = {
  readonly ownerUrl: Sensitive<string>;
  /** What the service logs in with; its role is made here if it does not exist yet. */
  readonly serviceUrl: Sensitive<string>;
};

/** Brings the audit database up to date, and grants the service's role what it needs; answers what ran. */
export const migrate = ({ ownerUrl, serviceUrl }: MigrateOptions): Promise<string[]> =>
  runMigrations({ service: 'audit', ownerUrl, folder: FOLDER, afterwards: (owner) => grantService(owner, serviceUrl) });
