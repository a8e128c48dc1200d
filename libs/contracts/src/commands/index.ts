import { z } from 'zod';
import { Grant } from '../events/other-events.ts';
import { ConsumerName } from '../words.ts';
import * as backup from './backup-commands.ts';
import * as bulk from './bulk-rotation-commands.ts';
import * as credential from './credential-commands.ts';
import * as servers from './execution-server-commands.ts';
import * as decision from './decision-commands.ts';
import * as identity from './identity-commands.ts';
import * as lifecycle from './lifecycle-commands.ts';
import * as llm from './llm-commands.ts';
import * as keyRing from './key-ring-commands.ts';
import * as request from './request-commands.ts';
import * as rotation from './rotation-commands.ts';
import * as schedule from './schedule-commands.ts';

export * from './backup-commands.ts';
export * from './bulk-rotation-commands.ts';
export * from './credential-commands.ts';
export * from './execution-server-commands.ts';
export * from './decision-commands.ts';
export * from './identity-commands.ts';
export * from './lifecycle-commands.ts';
export * from './llm-commands.ts';
export * from './key-ring-commands.ts';
export * from './request-commands.ts';
export * from './rotation-commands.ts';
export * from './schedule-commands.ts';

/** Registers a consumer, or replaces its grants. Without a grant it hears and gets nothing. `owner`: absent stays, null clears. */
export const RegisterConsumer = z.object({
  consumer: ConsumerName,
  grants: z.array(Grant).max(100),
  owner: z.string().trim().min(1).max(200).nullable().optional(),
});
export type RegisterConsumer = z.infer<typeof RegisterConsumer>;

/** Every command of the vault by its wire name, `noun.verb`; the subject is `commandSubject(name)`. */
export const VAULT_COMMAND_DATA = {
  // asked by people and programs, through the gateway
  'credential.register': rotation.RegisterCredential,
  'credential.disable': lifecycle.DisableCredential,
  'credential.enable': lifecycle.EnableCredential,
  'credential.edit': lifecycle.EditCredential,
  'credential.roll-back': lifecycle.RollBackTo,
  'credential.request-test': lifecycle.RequestTest,
  'credential.settle-leftover': lifecycle.SettleLeftover,
  'credential.compare': lifecycle.CompareVersions,
  'credential.reveal': lifecycle.RevealSecret,
  'credential.change-reveal-policy': lifecycle.ChangeRevealPolicy,
  'credential.change-schedule': schedule.ChangeSchedule,
  'credential.delete': lifecycle.DeleteCredential,
  'credential.delete-only': lifecycle.DeleteOnlyCredential,
  'credential.change-details': credential.ChangeDetails,
  'credential.stage-value': credential.StageValue,
  'credential.verify-value': credential.VerifyValue,
  'credential.resolve': credential.ResolveCredential,
  'credential.record-export': credential.RecordExport,
  'legacy-user.map': credential.MapLegacyUser,
  'llm.choose': llm.ChooseLlm,
  'llm.clear-choice': llm.ClearLlmChoice,
  'llm.resolve': llm.ResolveLlm,
  'execution-server.set': servers.SetExecutionServer,
  'execution-server.remove': servers.RemoveExecutionServer,
  'execution-server.resolve': servers.ResolveExecutionServer,
  'rotation.request': rotation.RequestRotation,
  'rotation.roll-back': rotation.RollBack,
  'rotation.cancel': rotation.CancelRotation,
  'rotation.approve': decision.ApproveRotation,
  'rotation.reject': decision.RejectRotation,
  'rotation.force': decision.ForceRotation,
  'rotation.extend': decision.ExtendRotation,
  'credential.change-policy': decision.ChangePolicy,
  'rotation.give-value': rotation.GiveValue,
  'rotation.report-deletion': rotation.ReportDeletion,
  'bulk-rotation.request': bulk.RequestBulkRotation,
  'bulk-rotation.pause': bulk.PauseBulkRotation,
  'bulk-rotation.resume': bulk.ResumeBulkRotation,
  'bulk-rotation.cancel': bulk.CancelBulkRotation,
  'consumer.register': RegisterConsumer,
  'consumer.issue-token': identity.IssueToken,
  'consumer.revoke-token': identity.RevokeToken,
  'consumer.issue-credentials': identity.IssueCredentials,
  'person.revoke-sessions': identity.RevokeSessions,
  'request.begin': request.BeginRequest,
  'key-ring.add': keyRing.AddKek,
  'key-ring.activate': keyRing.ActivateKek,
  'key-ring.rewrap': keyRing.RequestRewrap,
  'key-ring.retire': keyRing.RetireKek,
  'backup.start': backup.StartBackup,
  'restore.publish': backup.PublishRestored,
  // asked by the rotation worker only
  'epoch.announce-candidate': rotation.AnnounceCandidate,
  'epoch.stage-candidate': rotation.StageCandidate,
  'epoch.record-applied': rotation.RecordApplied,
  'epoch.record-tested': rotation.RecordTested,
  'epoch.ask-preflight': rotation.AskPreflight,
  'epoch.commit': rotation.CommitVersion,
  'epoch.record-evidence': rotation.RecordEvidence,
  'epoch.hold': rotation.HoldRotation,
  'epoch.escalate': rotation.EscalateRotation,
  'epoch.start-revocation': rotation.StartRevocation,
  'epoch.record-logins-denied': rotation.RecordLoginsDenied,
  'epoch.record-revoked': rotation.RecordRevoked,
  'epoch.complete': rotation.CompleteRotation,
  'epoch.fail': rotation.FailRotation,
  'epoch.reveal': rotation.RevealToWorker,
  'ledger.record-discarded': rotation.RecordDiscarded,
  'errand.record-tested': lifecycle.RecordErrandTested,
  'errand.record-revoked': lifecycle.RecordErrandRevoked,
  'ledger.record-revoke-failed': rotation.RecordRevokeFailed,
  'ledger.start-revocation': rotation.StartReplacedRevocation,
  'ledger.record-revoked': rotation.RecordReplacedRevoked,
} as const;
export type VaultCommandName = keyof typeof VAULT_COMMAND_DATA;
export type VaultCommandData<Name extends VaultCommandName> = z.infer<(typeof VAULT_COMMAND_DATA)[Name]>;
export type VaultCommandInput<Name extends VaultCommandName> = z.input<(typeof VAULT_COMMAND_DATA)[Name]>;

/** The values (beside any sealed secret) that commands answer. */
export const RotationStarted = z.object({ credentialId: z.string(), epoch: z.int() });
export type RotationStarted = z.infer<typeof RotationStarted>;
export const RolledBack = z.object({ credentialId: z.string(), epoch: z.int(), version: z.int(), generation: z.int() });
export type RolledBack = z.infer<typeof RolledBack>;
