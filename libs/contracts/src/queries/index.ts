import { z } from 'zod';
import { SealingKeys } from '../sealed-box.ts';
import { Address, ConsumerName, CredentialId, Epoch, Scope } from '../words.ts';
import {
  ChosenExecutionServer,
  ExecutionServerId,
  ExecutionServerRead,
  ExecutionServerView,
} from '../commands/execution-server-commands.ts';
import { LlmChoiceRead, LlmConfig, LlmWanted } from '../commands/llm-commands.ts';
import { LegacyUser } from '../commands/credential-commands.ts';
import { BackupView, RestoreView } from './backup-views.ts';
import { BulkRotationSummary, BulkRotationView, GetBulkRotation } from './bulk-rotation-views.ts';
import { Counted, CredentialFilter, CredentialPage, EnvironmentCredential, ListCredentials } from './credential-list.ts';
import { ChangeResult, Errand, TestList } from './lifecycle-views.ts';
import { DryRun } from './dry-run.ts';
import { KeyRingView } from './key-ring-view.ts';
import { LogRow, ReadLog } from './log-row.ts';
import { ScheduleView } from './schedule-view.ts';
import { NextStep, UnsettledCandidate } from './next-step.ts';
import { SettingsView } from './settings-view.ts';
import { HoldTurns, TakeTurn, Turn } from './turns.ts';
import { ApiTokenView, ConsumerView, CredentialView, RegisteredConsumer, RotationView, VersionDetail } from './views.ts';

export * from './audit-queries.ts';
export * from './backup-views.ts';
export * from './bulk-rotation-views.ts';
export * from './decision-views.ts';
export * from './dry-run.ts';
export * from './key-ring-view.ts';
export * from './credential-list.ts';
export * from './lifecycle-views.ts';
export * from './log-row.ts';
export * from './next-step.ts';
export * from './schedule-view.ts';
export * from './settings-view.ts';
export * from './turns.ts';
export * from './views.ts';

const ById = z.object({ credentialId: CredentialId });
const ByEpoch = z.object({ credentialId: CredentialId, epoch: Epoch });

/** The vault's queries by wire name: what is asked, and what is answered. The subject is `querySubject('vault', name)`. */
export const VAULT_QUERIES_TABLE = {
  'credential.list': { data: ListCredentials, answer: CredentialPage },
  /** The same pages for whoever takes all of them away: asks a person for a recent login. */
  'credential.export': { data: ListCredentials, answer: CredentialPage },
  /** How many of the system's credentials pass each filter, in order. */
  'credential.count': {
    data: z.object({
      filters: z
        .array(CredentialFilter.omit({ scope: true }))
        .min(1)
        .max(100),
    }),
    answer: z.object({ counts: z.array(Counted) }),
  },
  /** What the vault's own environment offers, overruled or not. */
  'environment.list': { data: z.object({}), answer: z.object({ items: z.array(EnvironmentCredential) }) },
  /** Where legacy users' credentials go, mapped or not. */
  'legacy-user.find': {
    data: z.object({ legacyIds: z.array(z.string().min(1).max(255)).min(1).max(500) }),
    answer: z.object({ items: z.array(LegacyUser) }),
  },
  'credential.get': { data: z.union([ById, z.object({ address: Address })]), answer: CredentialView },
  'credential.consumers': { data: ById, answer: z.object({ items: z.array(ConsumerView) }) },
  /** The newest first; also of a deleted credential. */
  'credential.versions': { data: ById, answer: z.object({ items: z.array(VersionDetail) }) },
  /** The tests of its versions; also of a deleted credential. */
  'credential.tests': { data: ById, answer: TestList },
  'credential.schedule': { data: ById, answer: ScheduleView },
  /** What became of a change, by the id of the command that asked for it; refused as `nothing-to-change` where that asked for none. */
  'credential.change': { data: ById.extend({ commandId: z.uuid() }), answer: ChangeResult },
  /** All that are registered, by name. */
  'consumer.list': { data: z.object({}), answer: z.object({ items: z.array(RegisteredConsumer) }) },
  'consumer.get': { data: z.object({ consumer: ConsumerName }), answer: RegisteredConsumer },
  /** A consumer's API tokens, the ones that are over included, oldest first. */
  'consumer.tokens': { data: z.object({ consumer: ConsumerName }), answer: z.object({ items: z.array(ApiTokenView) }) },
  /** Sessions that began at that time or before are revoked; null where none ever was. */
  'person.sessions': {
    data: z.object({ personId: z.string().min(1).max(200) }),
    answer: z.object({ revokedBefore: z.iso.datetime().nullable() }),
  },
  /** What is chosen in a scope: a person's preference, or the system's default. */
  'llm.choice': { data: z.object({ scope: Scope }), answer: LlmChoiceRead },
  /** What is to be used in a person's scope, or the system's alone; the key masked. */
  'llm.config': { data: z.object({ scope: Scope, ...LlmWanted }), answer: LlmConfig },
  /** Those of one scope, by id. */
  'execution-server.list': { data: z.object({ scope: Scope }), answer: z.object({ items: z.array(ExecutionServerView) }) },
  'execution-server.get': { data: z.object({ scope: Scope, serverId: ExecutionServerId }), answer: ExecutionServerRead },
  /** The one that is to be used in a person's scope, or by the system alone; its credential masked. */
  'execution-server.chosen': { data: z.object({ scope: Scope }), answer: ChosenExecutionServer },
  /** The newest 50, the newest first. */
  'bulk-rotation.list': { data: z.object({}), answer: z.object({ items: z.array(BulkRotationSummary) }) },
  'bulk-rotation.get': { data: GetBulkRotation, answer: BulkRotationView },
  'rotation.get': { data: ByEpoch, answer: RotationView },
  /** What a rotation asked for now would come to. */
  'rotation.dry-run': { data: ById.extend({ reason: z.enum(['manual', 'scheduled', 'compromised']).default('manual') }), answer: DryRun },
  'epoch.next-step': { data: ByEpoch, answer: NextStep },
  /** Open epochs, for the worker's sweeper. */
  'epoch.list-open': {
    data: z.object({}),
    answer: z.object({
      /** `traceparent`: of the request, so that whoever finds the rotation here continues its trace. `reason`: what it was asked for. */
      items: z.array(
        z.object({
          credentialId: CredentialId,
          address: Address,
          epoch: Epoch,
          traceparent: z.string().nullish(),
          reason: z.string().nullish(),
        }),
      ),
    }),
  },
  'ledger.list-unsettled': { data: z.object({}), answer: z.object({ items: z.array(UnsettledCandidate) }) },
  /** What the worker is to do outside rotations. A version that somebody still holds is not listed to be revoked. */
  'errand.list-open': { data: z.object({}), answer: z.object({ items: z.array(Errand) }) },
  /** For the worker: when it may call a provider. What is taken is taken, so a repeat takes another one; nothing of it is in the log. */
  'turn.take': { data: TakeTurn, answer: Turn },
  'turn.hold': { data: HoldTurns, answer: z.object({}) },
  'sealing-keys.list': { data: z.object({}), answer: SealingKeys },
  'settings.view': { data: z.object({}), answer: SettingsView },
  'key-ring.view': { data: z.object({}), answer: KeyRingView },
  /** The newest 50 that were started over the API, the newest first. For admins. */
  'backup.list': { data: z.object({}), answer: z.object({ items: z.array(BackupView) }) },
  'backup.get': { data: z.object({ backupId: z.uuid() }), answer: BackupView },
  /** Null where the log was never restored. */
  'restore.view': { data: z.object({}), answer: z.object({ restore: RestoreView.nullable() }) },
  /** The table of the log, read again by audit, and by nobody else. A page that would be too big for one message ends earlier. */
  'log.read': { data: ReadLog, answer: z.object({ items: z.array(LogRow) }) },
  'health.check': {
    data: z.object({}),
    /** `hash` is that of the event at `position`; absent while the log is empty, or not to be read. */
    answer: z.object({ ok: z.boolean(), down: z.array(z.string()), position: z.int(), hash: z.string().optional() }),
  },
} as const;
export type VaultQueryName = keyof typeof VAULT_QUERIES_TABLE;
export type VaultQueryInput<Name extends VaultQueryName> = z.input<(typeof VAULT_QUERIES_TABLE)[Name]['data']>;
export type VaultQueryAnswer<Name extends VaultQueryName> = z.infer<(typeof VAULT_QUERIES_TABLE)[Name]['answer']>;
