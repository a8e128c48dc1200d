import type { Reply } from '@keyturn/contracts';
import { VAULT_COMMAND_DATA as DATA, type VaultCommandName } from '@keyturn/contracts/commands';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { z } from 'zod';
import type { VaultDeps } from '../deps.ts';
import { publishRestored } from './publish-restored.ts';
import { startBackup } from './start-backup.ts';
import { changeCredentialDetails } from './change-details.ts';
import { changeCredentialSchedule } from './change-schedule.ts';
import { cancelBulkRotation, pauseBulkRotation, requestBulkRotation, resumeBulkRotation } from './bulk-rotation-handlers.ts';
import { chooseLlm, clearLlmChoice } from './choose-llm.ts';
import { compareVersions } from './compare-versions.ts';
import { approveRotation, changeRotationPolicy, extendRotation, forceRotation, rejectRotation } from './decision-handlers.ts';
import { deleteCredential, recordErrandRevoked } from './delete-credential.ts';
import { deleteOnlyCredential } from './delete-only-credential.ts';
import { issueCredentials, issueToken, revokeToken } from './consumer-identity.ts';
import { removeExecutionServer, resolveExecutionServer, setExecutionServer } from './execution-server-handlers.ts';
import { editCredential, rollBackTo, settleLeftover, switchCredential } from './lifecycle-handlers.ts';
import { activateKek, addKek, requestRewrap, retireKek } from './key-ring-handlers.ts';
import { recordExport } from './record-export.ts';
import { registerConsumer } from './register-consumer.ts';
import { mapLegacyUser } from './map-legacy-user.ts';
import { registerCredential } from './register-credential.ts';
import { resolveCredential } from './resolve-credential.ts';
import { resolveLlm } from './resolve-llm.ts';
import { beginRequest } from './begin-request.ts';
import { revokeSessions } from './revoke-sessions.ts';
import { stageNewValue } from './stage-value.ts';
import { recordErrandTested, requestTest } from './test-handlers.ts';
import { revealSecret } from './reveal-secret.ts';
import { verifyValue } from './verify-value.ts';
import { revealToWorker } from './reveal-to-worker.ts';
import {
  cancelRotation,
  onLeases,
  plain,
  reportDeletion,
  requestRotation,
  rollBackRotation,
  stageCandidate,
  startRevocation,
} from './rotation-handlers.ts';
import { startReplacedRevocation } from './start-replaced-revocation.ts';
import { giveValue } from './give-value.ts';
import type { GuessLimit } from './guess-limit.ts';
import type { Opened } from './opened.ts';
import type { RefusalRecorder } from './refusal-recorder.ts';

export type Performing = VaultDeps & { readonly recordRefusal: RefusalRecorder; readonly guesses: GuessLimit };

/** A command whose data is parsed; what is left is to run it. */
type Parsed = (deps: Performing, opened: Opened) => Promise<Reply>;

const on =
  <Schema extends z.ZodType>(schema: Schema, handle: (deps: Performing, opened: Opened, data: z.output<Schema>) => Promise<Reply>) =>
  (raw: unknown): Result<Parsed, z.ZodError> => {
    const data = schema.safeParse(raw);
    return data.success ? ok((deps, opened) => handle(deps, opened, data.data)) : refuse(data.error);
  };

/** What each command does, by its wire name. Data is parsed once, before anyone is asked whether it is allowed. */
export const COMMANDS: Record<VaultCommandName, (raw: unknown) => Result<Parsed, z.ZodError>> = {
  'credential.register': on(DATA['credential.register'], registerCredential),
  'credential.change-details': on(DATA['credential.change-details'], changeCredentialDetails),
  'credential.stage-value': on(DATA['credential.stage-value'], stageNewValue),
  'credential.verify-value': on(DATA['credential.verify-value'], verifyValue),
  'credential.resolve': on(DATA['credential.resolve'], resolveCredential),
  'credential.record-export': on(DATA['credential.record-export'], recordExport),
  'legacy-user.map': on(DATA['legacy-user.map'], mapLegacyUser),
  'llm.choose': on(DATA['llm.choose'], chooseLlm),
  'llm.clear-choice': on(DATA['llm.clear-choice'], clearLlmChoice),
  'llm.resolve': on(DATA['llm.resolve'], resolveLlm),
  'execution-server.set': on(DATA['execution-server.set'], setExecutionServer),
  'execution-server.remove': on(DATA['execution-server.remove'], removeExecutionServer),
  'execution-server.resolve': on(DATA['execution-server.resolve'], resolveExecutionServer),
  'rotation.request': on(DATA['rotation.request'], requestRotation),
  'bulk-rotation.request': on(DATA['bulk-rotation.request'], requestBulkRotation),
  'bulk-rotation.pause': on(DATA['bulk-rotation.pause'], pauseBulkRotation),
  'bulk-rotation.resume': on(DATA['bulk-rotation.resume'], resumeBulkRotation),
  'bulk-rotation.cancel': on(DATA['bulk-rotation.cancel'], cancelBulkRotation),
  'credential.disable': on(DATA['credential.disable'], (deps, opened) => switchCredential(deps, opened, 'credential.disable')),
  'credential.enable': on(DATA['credential.enable'], (deps, opened) => switchCredential(deps, opened, 'credential.enable')),
  'credential.change-reveal-policy': on(DATA['credential.change-reveal-policy'], (deps, opened) =>
    switchCredential(deps, opened, 'credential.change-reveal-policy'),
  ),
  'credential.change-schedule': on(DATA['credential.change-schedule'], changeCredentialSchedule),
  'credential.edit': on(DATA['credential.edit'], editCredential),
  'credential.roll-back': on(DATA['credential.roll-back'], rollBackTo),
  'credential.request-test': on(DATA['credential.request-test'], requestTest),
  'credential.settle-leftover': on(DATA['credential.settle-leftover'], settleLeftover),
  'credential.compare': on(DATA['credential.compare'], compareVersions),
  'credential.reveal': on(DATA['credential.reveal'], revealSecret),
  'credential.delete': on(DATA['credential.delete'], deleteCredential),
  'credential.delete-only': on(DATA['credential.delete-only'], deleteOnlyCredential),
  'errand.record-tested': on(DATA['errand.record-tested'], recordErrandTested),
  'errand.record-revoked': on(DATA['errand.record-revoked'], recordErrandRevoked),
  'consumer.register': on(DATA['consumer.register'], registerConsumer),
  'consumer.issue-token': on(DATA['consumer.issue-token'], issueToken),
  'consumer.revoke-token': on(DATA['consumer.revoke-token'], revokeToken),
  'consumer.issue-credentials': on(DATA['consumer.issue-credentials'], issueCredentials),
  'request.begin': on(DATA['request.begin'], beginRequest),
  'person.revoke-sessions': on(DATA['person.revoke-sessions'], revokeSessions),
  'key-ring.add': on(DATA['key-ring.add'], addKek),
  'key-ring.activate': on(DATA['key-ring.activate'], activateKek),
  'key-ring.rewrap': on(DATA['key-ring.rewrap'], requestRewrap),
  'key-ring.retire': on(DATA['key-ring.retire'], retireKek),
  'backup.start': on(DATA['backup.start'], startBackup),
  'restore.publish': on(DATA['restore.publish'], publishRestored),
  'epoch.stage-candidate': on(DATA['epoch.stage-candidate'], stageCandidate),
  'rotation.give-value': on(DATA['rotation.give-value'], giveValue),
  'rotation.report-deletion': on(DATA['rotation.report-deletion'], reportDeletion),
  'rotation.approve': on(DATA['rotation.approve'], approveRotation),
  'rotation.reject': on(DATA['rotation.reject'], rejectRotation),
  'rotation.force': on(DATA['rotation.force'], forceRotation),
  'rotation.extend': on(DATA['rotation.extend'], extendRotation),
  'credential.change-policy': on(DATA['credential.change-policy'], changeRotationPolicy),
  'rotation.cancel': on(DATA['rotation.cancel'], cancelRotation),
  'rotation.roll-back': on(DATA['rotation.roll-back'], rollBackRotation),
  'epoch.ask-preflight': on(DATA['epoch.ask-preflight'], (deps, opened, data) => onLeases(deps, opened, 'epoch.ask-preflight', data)),
  'epoch.commit': on(DATA['epoch.commit'], (deps, opened, data) => onLeases(deps, opened, 'epoch.commit', data)),
  'epoch.start-revocation': on(DATA['epoch.start-revocation'], startRevocation),
  'epoch.reveal': on(DATA['epoch.reveal'], revealToWorker),
  'epoch.announce-candidate': on(DATA['epoch.announce-candidate'], (deps, opened, data) =>
    plain(deps, opened, 'epoch.announce-candidate', data.credentialId),
  ),
  'epoch.record-applied': on(DATA['epoch.record-applied'], (deps, opened, data) =>
    plain(deps, opened, 'epoch.record-applied', data.credentialId),
  ),
  'epoch.record-tested': on(DATA['epoch.record-tested'], (deps, opened, data) =>
    plain(deps, opened, 'epoch.record-tested', data.credentialId),
  ),
  'epoch.record-evidence': on(DATA['epoch.record-evidence'], (deps, opened, data) =>
    plain(deps, opened, 'epoch.record-evidence', data.credentialId),
  ),
  'epoch.record-throttled': on(DATA['epoch.record-throttled'], (deps, opened, data) =>
    plain(deps, opened, 'epoch.record-throttled', data.credentialId),
  ),
  'epoch.escalate': on(DATA['epoch.escalate'], (deps, opened, data) => plain(deps, opened, 'epoch.escalate', data.credentialId)),
  'epoch.hold': on(DATA['epoch.hold'], (deps, opened, data) => plain(deps, opened, 'epoch.hold', data.credentialId)),
  'epoch.record-logins-denied': on(DATA['epoch.record-logins-denied'], (deps, opened, data) =>
    plain(deps, opened, 'epoch.record-logins-denied', data.credentialId),
  ),
  'epoch.record-revoked': on(DATA['epoch.record-revoked'], (deps, opened, data) =>
    plain(deps, opened, 'epoch.record-revoked', data.credentialId),
  ),
  'epoch.complete': on(DATA['epoch.complete'], (deps, opened, data) => plain(deps, opened, 'epoch.complete', data.credentialId)),
  'epoch.fail': on(DATA['epoch.fail'], (deps, opened, data) => plain(deps, opened, 'epoch.fail', data.credentialId)),
  'ledger.record-discarded': on(DATA['ledger.record-discarded'], (deps, opened, data) =>
    plain(deps, opened, 'ledger.record-discarded', data.credentialId),
  ),
  'ledger.start-revocation': on(DATA['ledger.start-revocation'], startReplacedRevocation),
  'ledger.record-revoked': on(DATA['ledger.record-revoked'], (deps, opened, data) =>
    plain(deps, opened, 'ledger.record-revoked', data.credentialId),
  ),
  'ledger.record-revoke-failed': on(DATA['ledger.record-revoke-failed'], (deps, opened, data) =>
    plain(deps, opened, 'ledger.record-revoke-failed', data.credentialId),
  ),
};
