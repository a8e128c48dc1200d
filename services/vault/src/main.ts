import { connectBus } from '@keyturn/bus';
import { systemClock } from '@keyturn/kernel';
import { linkTable } from '@keyturn/sealing';
import { jsonLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { fileKeyWrapper } from './adapters/file/file-key-wrapper.ts';
import { serveVault } from './adapters/nats/serve-vault.ts';
import { postgresCommandLog } from './adapters/postgres/command-log.ts';
import { postgresCredentialTable } from './adapters/postgres/credential-table.ts';
import { postgresKeyTable } from './adapters/postgres/key-table.ts';
import { postgresLeases } from './adapters/postgres/leases.ts';
import { prepareDatabase } from './adapters/postgres/prepare-database.ts';
import { readHead } from './adapters/postgres/read-events.ts';
import { vaultPool } from './adapters/postgres/vault-pool.ts';
import { createVault } from './app.ts';
import { loadConfig } from './config.ts';
import { healthOf } from './health.ts';
import { noticeOf } from './notices.ts';
import { openKeys } from './secrets/open-keys.ts';
import { sealingKeyRing } from './secrets/sealing-key-ring.ts';
import { versionSafe } from './secrets/version-safe.ts';
import { startSilenceTicker } from './silence-ticker.ts';

const config = loadConfig(process.env);
const clock = systemClock;
const logger = jsonLogger('vault', config.logLevel);
await prepareDatabase(config.migrationUrl, config.databaseUrl);
const pool = vaultPool({ url: config.databaseUrl, logger });
const log = postgresCommandLog({ url: config.databaseUrl, pool, logger });
const keys = postgresKeyTable(pool);
const { wrapper, identity } = await openKeys({ keys, openWrapper: ({ create }) => fileKeyWrapper({ path: config.kekFile, create }) });
const ring = sealingKeyRing({ keys, wrapper, identity, clock });
const leases = postgresLeases(pool);
const bus = await connectBus({ url: config.natsUrl, creds: config.natsCreds, name: 'vault', log: logger });
const vault = createVault({
  log,
  keys,
  ring,
  leases,
  clock,
  logger,
  table: postgresCredentialTable(pool),
  safe: versionSafe({ log, keys, wrapper }),
  links: linkTable({ openSealingKey: ring.open, clock }),
  fingerprintKey: identity.fingerprintKey,
  policy: config.policy,
  newId: uuidv7,
  health: healthOf({ head: () => readHead(pool), isConnected: bus.isConnected }),
});
