import type { KeyObject } from 'node:crypto';
import type { Clock, Sensitive } from '@keyturn/kernel';
import type { LinkTable } from '@keyturn/sealing';
import type { Logger } from '@keyturn/telemetry';
import type { RotationPolicy } from '@keyturn/contracts';
import type { EnvironmentValue } from './environment/environment-credentials.ts';
import type { BackupFolder } from './ports/backup-folder.ts';
import type { BackupProgressTable } from './ports/backup-progress.ts';
import type { BulkRotationTable } from './ports/bulk-rotation-table.ts';
import type { CommandLog } from './ports/command-log.ts';
import type { ConsumerTable } from './ports/consumer-table.ts';
import type { CredentialTable } from './ports/credential-table.ts';
import type { ErrandTable } from './ports/errand-table.ts';
import type { KekTable } from './ports/kek-table.ts';
import type { KeyTable } from './ports/key-table.ts';
import type { LeaseEndings } from './ports/lease-endings.ts';
import type { LeaseStore } from './ports/lease-store.ts';
import type { LogTable } from './ports/log-table.ts';
import type { RecheckTable } from './ports/recheck-table.ts';
import type { TurnTable } from './ports/turn-table.ts';
import type { RewrapStore } from './ports/rewrap-store.ts';
import type { RestoreHold } from './restore/restore-hold.ts';
import type { KekKeeper } from './secrets/kek-keeper.ts';
import type { SealingKeyRing } from './secrets/sealing-key-ring.ts';
import type { VersionSafe } from './secrets/version-safe.ts';

/** Everything that the vault's handlers need, by name. */
export type VaultDeps = {
  readonly log: CommandLog;
  readonly logTable: LogTable;
  readonly table: CredentialTable;
  readonly consumers: ConsumerTable;
  readonly errands: ErrandTable;
  readonly bulks: BulkRotationTable;
  readonly turns: TurnTable;
  readonly leases: LeaseStore;
  readonly endings: LeaseEndings;
  readonly keys: KeyTable;
  readonly keks: KekTable;
  readonly kekKeeper: KekKeeper;
  readonly rewraps: Pick<RewrapStore, 'counts'>;
  readonly backups: BackupProgressTable;
  readonly backupFolder: Pick<BackupFolder, 'whyNot'>;
  readonly rechecks: RecheckTable;
  readonly hold: RestoreHold;
  readonly safe: VersionSafe;
  readonly ring: SealingKeyRing;
  readonly links: LinkTable;
  readonly fingerprintKey: Sensitive<KeyObject>;
  /** What a credential gets where its registration says nothing. */
  readonly policy: RotationPolicy;
  /** For how long backups are kept: until then a backup can open what was deleted. */
  readonly backupRetentionDays: number;
  /** Credentials out of the process's own variables: they answer where nothing stored does. */
  readonly environment: readonly EnvironmentValue[];
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
};
