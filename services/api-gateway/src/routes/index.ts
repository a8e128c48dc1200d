import type { Clock } from '@keyturn/kernel';
import type { AuditClient } from '../clients/audit.ts';
import type { EventFeed } from '../clients/event-feed.ts';
import type { VaultClient } from '../clients/vault.ts';
import type { NewId } from '../command-id.ts';
import type { Endpoint } from '../endpoint.ts';
import type { ApiTokens } from '../identity/api-tokens.ts';
import type { VerifyBearer } from '../identity/bearer.ts';
import type { SessionRevocations } from '../identity/session-revocations.ts';
import type { Standing } from '../identity/standing.ts';
import type { SubscriberJwts } from '../identity/subscriber-jwts.ts';
import type { GuessLockout } from '../limits/guess-lockout.ts';
import type { RequestLimit } from '../limits/request-limit.ts';
import type { Readiness } from '../readiness.ts';
import { auditRoutes } from './audit.ts';
import { backupRoutes } from './backups.ts';
import { bulkCredentialRoutes } from './bulk-credentials.ts';
import { bulkRotationRoutes } from './bulk-rotations.ts';
import { byokOlderRoutes } from './byok-older-paths.ts';
import { byokRoutes } from './byok.ts';
import { consumerRoutes } from './consumers.ts';
import { credentialDetailRoutes } from './credential-details.ts';
import { credentialTypeRoutes } from './credential-types.ts';
import { credentialLifecycleRoutes } from './credential-lifecycle.ts';
import { credentialRoutes } from './credentials.ts';
import { credentialTestRoutes } from './credential-tests.ts';
import { eventRoutes } from './events.ts';
import { executionServerRoutes } from './execution-servers.ts';
import { exportRoutes } from './export.ts';
import { healthRoutes } from './health.ts';
import { llmChoiceRoutes } from './llm-choices.ts';
import { llmConfigRoutes } from './llm-config.ts';
import { peopleRoutes } from './people.ts';
import { keyRingRoutes } from './key-ring.ts';
import { legacyUserRoutes } from './legacy-users.ts';
import { registeredConsumerRoutes } from './registered-consumers.ts';
import { resolveExecutionServerRoutes } from './resolve-execution-server.ts';
import { resolveRoutes } from './resolve.ts';
import { rotationPolicyRoutes } from './rotation-policy.ts';
import { rotationRoutes } from './rotations.ts';
import { rotationDecisionRoutes } from './rotation-decisions.ts';
import { assistedRotationRoutes } from './assisted-rotations.ts';
import { scheduleRoutes } from './schedules.ts';
import { sealingKeyRoutes } from './sealing-keys.ts';
import { sessionRoutes } from './session.ts';
import { settingsRoutes } from './settings.ts';
import { statsRoutes } from './stats.ts';
import { subscriberRoutes } from './subscribers.ts';
import { timelineRoutes } from './timeline.ts';
import { verifyValueRoutes } from './verify-value.ts';

export type EndpointDeps = {
  readonly vault: VaultClient;
  readonly audit: AuditClient;
  readonly feed: EventFeed;
  readonly readiness: Readiness;
  readonly verifyBearer: VerifyBearer;
  readonly apiTokens: ApiTokens;
  readonly subscriberJwts: SubscriberJwts;
  readonly revocations: SessionRevocations;
  readonly testWaitMs: number;
  readonly standing: Standing;
  readonly requestLimit: RequestLimit;
  readonly guesses: GuessLockout;
  readonly streamsPerCaller: number;
  readonly temporalUiUrl: string | null;
  readonly clock: Clock;
  readonly newId: NewId;
};

/** Every endpoint of the API, as data. */
export const endpointsOf = (deps: EndpointDeps): Endpoint[] => [
  ...healthRoutes(deps),
  ...sessionRoutes(deps),
  ...sealingKeyRoutes(deps),
  ...eventRoutes(deps),
  ...credentialTypeRoutes(deps),
  ...exportRoutes(deps),
  ...bulkCredentialRoutes(deps),
  ...credentialRoutes(deps),
  ...credentialDetailRoutes(deps),
  ...credentialLifecycleRoutes(deps),
  ...credentialTestRoutes(deps),
  ...byokRoutes(deps),
  ...byokOlderRoutes(deps),
  ...resolveRoutes(deps),
  ...llmChoiceRoutes(deps),
  ...llmConfigRoutes(deps),
  ...resolveExecutionServerRoutes(deps),
  ...executionServerRoutes(deps),
  ...legacyUserRoutes(deps),
  ...bulkRotationRoutes(deps),
  ...rotationDecisionRoutes(deps), // before the paths of one rotation, whose epoch could be this word
  ...rotationRoutes(deps),
  ...rotationPolicyRoutes(deps),
  ...assistedRotationRoutes(deps),
  ...scheduleRoutes(deps),
  ...consumerRoutes(deps),
  ...registeredConsumerRoutes(deps),
  ...keyRingRoutes(deps),
  ...backupRoutes(deps),
  ...subscriberRoutes(deps),
  ...timelineRoutes(deps),
  ...peopleRoutes(deps),
  ...verifyValueRoutes(deps),
  ...auditRoutes(deps),
  ...statsRoutes(deps),
  ...settingsRoutes(deps),
];
