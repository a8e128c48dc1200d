export { CannotStart } from './cannot-start.ts';
export { binaryCacheDir, devVarDir, projectRoot } from './project-paths.ts';
export { findBinary } from './binaries/find-binary.ts';
export { natsServer, temporal } from './binaries/pinned-binaries.ts';
export { createDatabase, type Database } from './servers/create-database.ts';
export { startServers, type Progress, type ServerName, type Servers, type StartOptions } from './servers/start-servers.ts';
export { OFFER_VARIABLES, offersIn, type Offers } from './servers/offers.ts';
export { natsConfig, startNats, type NatsServer } from './servers/nats.ts';
export { startOidc, type OidcServer } from './servers/oidc.ts';
export { findKeycloak } from './binaries/find-keycloak.ts';
export { type KeycloakServer, startKeycloak } from './servers/keycloak.ts';
export { keycloakAdmin, type KeycloakPerson } from './servers/keycloak-admin.ts';
export { startPostgres, type PostgresServer } from './servers/postgres.ts';
export { searchAttributes, startTemporal, type TemporalServer } from './servers/temporal.ts';
export { randomPassword, secretFile, writeSecretFile } from './servers/secret-file.ts';
export type { Server, ServerOptions } from './servers/server.ts';
export { freePort, stablePorts } from './process/free-ports.ts';
export { onRunnerGone } from './process/on-runner-gone.ts';
export { acquireStackLock, type StackLock } from './process/stack-lock.ts';
export { spawnService, type ServiceSpec } from './process/spawn-service.ts';
export { stopInReverse, stopOnSignal } from './process/stop-on-signal.ts';
export type { SupervisedProcess } from './process/supervised-process.ts';
export { waitUntil } from './process/wait-until.ts';
export { credsPath } from './nats/write-creds.ts';
export { readSigner, subscriberSignerFile } from './nats/nats-keys.ts';
export { mintSubscriberJwt, type SubscriberJwtOptions } from './nats/mint-subscriber-jwt.ts';
export { mintNatsCreds, type MintOptions } from './nats/mint-nats-creds.ts';
export {
  durables,
  eventStream,
  inboxPrefixOf,
  serviceIdentities,
  wholeAccount,
  subscriberName,
  subscriberPermissions,
  type NatsPermissions,
  type ServiceIdentity,
  type Subscriber,
} from './nats/nats-identities.ts';
export { devAccountIds, devAccounts, passwordOf, type DevAccount, type DevAccountId } from './oidc/accounts.ts';
export { setAccountDisabled } from './oidc/disabled-accounts.ts';
export { apiAudience, apiResource, devClientId, gatewayClientId } from './oidc/clients.ts';
export { consumerClientId, consumerSecretFile, DEV_CONSUMERS, type DevConsumer } from './oidc/consumer-clients.ts';
export { mintAccessToken, mintDevTokens } from './oidc/mint-access-token.ts';
export type { TestServers } from './testing/provided-context.ts';
export { smallDiskPostgres, type SmallDiskPostgres, whyNoSmallDisk } from './testing/small-disk-postgres.ts';
export { sweepDeadRuns } from './testing/sweep-dead-runs.ts';
export { buildAdminUi } from './stack/admin-ui.ts';
export { prepareDatabases, type StackDatabases } from './stack/databases.ts';
export { gatewayOnNats, sessionKeyFile } from './stack/services.ts';
export { startStack, type Stack, type StackOptions, type StackProgress } from './stack/start-stack.ts';
export { endpointsFile, type Endpoints } from './stack/endpoints.ts';
export { readEndpoints } from './stack/read-endpoints.ts';
export { gatewayClient, ProblemAnswer, type GatewayClient } from './stack/gateway-client.ts';
export { followRotation, timelineLines } from './stack/follow-rotation.ts';
export { ORDERS_ADDRESS, readStats, SAMPLE_POLICY, startWorkload, statsFileOf, type WorkloadStats } from './stack/workload.ts';
