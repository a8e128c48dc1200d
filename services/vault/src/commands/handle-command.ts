import { CommandMessage, type Reply } from '@keyturn/contracts';
import { VAULT_COMMAND_DATA, type VaultCommandName } from '@keyturn/contracts/commands';
import { aboutOf } from '@keyturn/sealing';
import { z } from 'zod';
import type { VaultDeps } from '../deps.ts';
import { isWorkerCommand, refuseUnlessAllowed, WORKER } from './authorise.ts';
import { changeCredentialDetails } from './change-details.ts';
import { compareVersions } from './compare-versions.ts';
import { deleteCredential, recordErrandRevoked } from './delete-credential.ts';
import { issueCredentials, issueToken, revokeToken } from './consumer-identity.ts';
import type { GuessLimit } from './guess-limit.ts';
import { editCredential, recordErrandTested, rollBackTo, switchCredential } from './lifecycle-handlers.ts';
import { isKeyRingCommand, onKeyRing } from './key-ring-handlers.ts';
import { onActiveKek } from './on-active-kek.ts';
import { type Opened, openCommand } from './opened.ts';
import { recipientOf, type RefusalRecorder } from './refusal-recorder.ts';
import { registerConsumer } from './register-consumer.ts';
import { mapLegacyUser } from './map-legacy-user.ts';
import { registerCredential } from './register-credential.ts';
import { resolveCredential } from './resolve-credential.ts';
import { revokeSessions } from './revoke-sessions.ts';
import { stageNewValue } from './stage-value.ts';
import { revealSecret } from './reveal-secret.ts';
import { verifyValue } from './verify-value.ts';
import { revealToWorker } from './reveal-to-worker.ts';
import { onLeases, plain, requestRotation, rollBackRotation, stageCandidate } from './rotation-handlers.ts';

export type ArrivedCommand = {
  readonly subject: string;
  readonly type: string;
  readonly payload: unknown;
  readonly traceparent?: string | undefined;
};

const isKnown = (type: string): type is VaultCommandName => Object.hasOwn(VAULT_COMMAND_DATA, type);

/** Postgres keeps no NUL in JSON, and RFC 8785 no lone surrogate: told at once, instead of as a database that seems to be down. */
export const isStorable = (value: unknown): boolean => {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, held]) => isStorable(name) && isStorable(held));
};

/** Where a message is wrong, never what it held. */
export const invalid = (error: z.ZodError): Reply => ({
  refusal: {
    code: 'message-invalid',
    issues: error.issues.slice(0, 20).map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`),
  },
});

/** A refusal that is about one credential stands in its access log. */
const aboutWhich = (type: VaultCommandName, data: unknown): { credentialId?: string } => {
  const credentialId = type.startsWith('credential.') ? aboutOf(data) : '';
  return z.uuid().safeParse(credentialId).success ? { credentialId } : {};
};

type Performing = VaultDeps & { readonly recordRefusal: RefusalRecorder; readonly guesses: GuessLimit };

const perform = (deps: Performing, opened: Opened, name: VaultCommandName): Promise<Reply> => {
  if (isKeyRingCommand(name)) return onKeyRing(deps, opened, name);
  switch (name) {
    case 'credential.register':
      return registerCredential(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'credential.change-details':
      return changeCredentialDetails(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'credential.stage-value':
      return stageNewValue(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'credential.verify-value':
      return verifyValue(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'credential.resolve':
      return resolveCredential(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'legacy-user.map':
      return mapLegacyUser(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'rotation.request':
      return requestRotation(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'credential.disable':
    case 'credential.enable':
    case 'credential.change-reveal-policy':
      return switchCredential(deps, opened, name);
    case 'credential.edit':
      return editCredential(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'credential.roll-back':
      return rollBackTo(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'credential.compare':
      return compareVersions(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'credential.reveal':
      return revealSecret(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'credential.delete':
      return deleteCredential(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'errand.record-tested':
      return recordErrandTested(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'errand.record-revoked':
      return recordErrandRevoked(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'consumer.register':
      return registerConsumer(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'consumer.issue-token':
      return issueToken(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'consumer.revoke-token':
      return revokeToken(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'consumer.issue-credentials':
      return issueCredentials(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'person.revoke-sessions':
      return revokeSessions(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'epoch.stage-candidate':
      return stageCandidate(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'rotation.roll-back':
      return rollBackRotation(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'epoch.ask-preflight':
    case 'epoch.commit':
    case 'epoch.start-revocation':
      return onLeases(deps, opened, name, VAULT_COMMAND_DATA[name].parse(opened.data));
    case 'epoch.reveal':
      return revealToWorker(deps, opened, VAULT_COMMAND_DATA[name].parse(opened.data));
    default:
      return plain(deps, opened, name, aboutOf(opened.data));
  }
};

/** Takes one command off the wire: parses, authorises, opens, decides, records, answers. */
export const handleCommand = async (deps: Performing, arrived: ArrivedCommand): Promise<Reply> => {
  const { type, subject } = arrived;
  const message = CommandMessage.safeParse(arrived.payload);
  if (!message.success) return invalid(message.error);
  if (!isKnown(type)) return { refusal: { code: 'message-invalid', issues: ['there is no such command'] } };
  const data = VAULT_COMMAND_DATA[type].safeParse(message.data.data);
  if (!data.success) return invalid(data.error);
  if (!isStorable(message.data.data)) return { refusal: { code: 'message-invalid', issues: ['a text holds a NUL or half a character'] } };
  const actor = isWorkerCommand(type) ? WORKER : message.data.actor;
  const denied = refuseUnlessAllowed(type, actor);
  if (denied) {
    await deps.recordRefusal({ recipient: recipientOf(actor), actor, refusal: denied, ...aboutWhich(type, message.data.data) });
    return { refusal: denied };
  }
  const opened = await openCommand(deps, { subject, type, actor, traceparent: arrived.traceparent }, message.data);
  if (!opened.ok) return { refusal: opened.refusal };
  return onActiveKek(deps.kekKeeper, () => perform(deps, opened.value, type));
};
