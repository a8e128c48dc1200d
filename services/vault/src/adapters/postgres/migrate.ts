import { type LoginRole, migrate as runMigrations } from '@keyturn/database';
import type { Sensitive } from '@keyturn/kernel';
import { renewRows } from './renew-rows.ts';
import { grantService } from './service-role.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Full partitions kept ready beyond the one in use. */
export const PARTITIONS_AHEAD = 3;

/** Brings the vault's database up to date, makes partitions ahead and rows that an older version made, and grants the service's role what it needs; answers what ran. */
export const migrate = ({ ownerUrl, service }: { readonly ownerUrl: Sensitive<string>; readonly service: LoginRole }): Promise<string[]> =>
  runMigrations({
    service: 'vault',
    ownerUrl,
    folder: FOLDER,
    afterwards: async (owner) => {
      await owner.query('SELECT ensure_partitions($1)', [PARTITIONS_AHEAD]);
      await renewRows(owner, ownerUrl);
      await grantService(owner, service);
    },
  });
