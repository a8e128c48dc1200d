import type { Reply } from '@keyturn/contracts';
import { VAULT_COMMAND_DATA, type VaultCommandData, type VaultCommandName } from '@keyturn/contracts/commands';
import type { CredentialCommand } from '../credential/command.ts';
import { aliveOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { factsUnderLock, readWithFacts } from '../facts.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { submitToCredential } from './credential-job.ts';
import { checkFields } from './fields.ts';
import { refuseElsewhere } from './moved-secret.ts';
import type { Opened } from './opened.ts';

export const requestRotation = async (deps: VaultDeps, opened: Opened, data: VaultCommandData<'rotation.request'>): Promise<Reply> => {
  const { credentialId, reason, note } = data;
  if (deps.hold.restore()) return { refusal: { code: 'restore-unchecked' } };
  const alive = aliveOf(await deps.log.state(credentialFold, streamOf.credential(credentialId)));
  if (!alive.ok) return { refusal: alive.refusal };
  const { refusal, isElsewhere } = await refuseElsewhere(deps, opened.actor, alive.value);
  if (refusal) return { refusal };
  const said = { ...(note === undefined ? {} : { note }), ...(isElsewhere ? { elsewhere: true as const } : {}) };
  return submitToCredential(deps, opened, {
    credentialId,
    command: () => ({ type: 'rotation.request', data: { reason, ...said } }),
    verdict: (made) => ({ credentialId, epoch: made.find((event) => event.type === 'rotation.requested')?.data.epoch }),
  });
};

/** The worker's candidate: sealed and in the log before the provider hears of it. */
export const stageCandidate = async (deps: VaultDeps, opened: Opened, data: VaultCommandData<'epoch.stage-candidate'>): Promise<Reply> => {
  const { credentialId, epoch, version, providerId, tryId, expiresAt } = data;
  const alive = aliveOf(await deps.log.recall(credentialFold, streamOf.credential(credentialId)));
  if (!alive.ok) return { refusal: alive.refusal };
  const state = alive.value;
  const checked = checkFields(state.credentialType, data.publicFields, opened.request.secret ?? null);
  if (!checked.ok) return { refusal: checked.refusal };
  const { publicFields, secretFields, masks } = checked.value;
  const said = { ...(tryId === undefined ? {} : { tryId }), ...(expiresAt === undefined ? {} : { expiresAt }) };
  const { sealed, write } = await deps.safe.seal({ credentialId, address: state.address, version }, secretFields);
  return submitToCredential(deps, opened, {
    credentialId,
    writes: [write],
    command: () => ({
      type: 'epoch.stage-candidate',
      data: { epoch, version, publicFields, masks, sealed, providerId, ...said },
    }),
    verdict: () => ({ credentialId, epoch, version }),
  });
};

/** Commands that are judged by who holds what, and can be undone. */
type LeaseName = 'epoch.ask-preflight' | 'epoch.commit';
type OfVersion = { readonly credentialId: string; readonly epoch: number; readonly version: number };

/** The leases and grants are read now, and what follows from them is judged on the newest state, under the append lock. */
export const onLeases = async (deps: VaultDeps, opened: Opened, type: LeaseName, data: OfVersion): Promise<Reply> => {
  const { credentialId, epoch, version } = data;
  const { facts } = await readWithFacts(deps, credentialId);
  return submitToCredential(deps, opened, {
    credentialId,
    command: ({ now }) => ({ type, data: { epoch, version, facts: { ...facts, now } } }),
  });
};

/** What can't be undone is judged by the leases as they are under the append lock (ADR-0042). */
export const startRevocation = (deps: VaultDeps, opened: Opened, data: VaultCommandData<'epoch.start-revocation'>): Promise<Reply> => {
  const { credentialId, ...asked } = data;
  return submitToCredential(deps, opened, {
    credentialId,
    standsOnLeases: true,
    command: (context) => ({
      type: 'epoch.start-revocation',
      data: { ...asked, facts: factsUnderLock(context) },
    }),
  });
};

/** A person takes a commit back; the answer says what is current then. */
export const rollBackRotation = (deps: VaultDeps, opened: Opened, data: VaultCommandData<'rotation.roll-back'>): Promise<Reply> => {
  const { credentialId, reason } = data;
  return submitToCredential(deps, opened, {
    credentialId,
    command: () => ({ type: 'rotation.roll-back', data: { reason } }),
    verdict: (made) => {
      const back = made.find((event) => event.type === 'credential.rolled-back')?.data;
      return { credentialId, epoch: back?.epoch, version: back?.to, generation: back?.generation };
    },
  });
};

/** A person ends a rotation before its commit. */
export const cancelRotation = (deps: VaultDeps, opened: Opened, data: VaultCommandData<'rotation.cancel'>): Promise<Reply> => {
  const { credentialId, epoch, reason } = data;
  const { id, name } = opened.actor;
  return submitToCredential(deps, opened, {
    credentialId,
    command: () => ({ type: 'rotation.cancel', data: { epoch, reason, by: name ?? id } }),
    verdict: () => ({ credentialId, epoch }),
  });
};

/** A person says that the old value is removed. */
export const reportDeletion = (deps: VaultDeps, opened: Opened, data: VaultCommandData<'rotation.report-deletion'>): Promise<Reply> => {
  const { credentialId, epoch, unprovenBecause } = data;
  const because = unprovenBecause === undefined ? {} : { unprovenBecause };
  return submitToCredential(deps, opened, {
    credentialId,
    command: () => ({ type: 'rotation.report-deletion', data: { epoch, ...because } }),
    verdict: () => ({ credentialId, epoch }),
  });
};

/** Commands whose data is the domain's command as it stands. */
type PlainName = Exclude<
  VaultCommandName,
  | LeaseName
  | 'epoch.start-revocation'
  | `legacy-user.${string}`
  | `rotation.${string}`
  | `credential.${string}`
  | `errand.${string}`
  | `consumer.${string}`
  | `person.${string}`
  | `request.${string}`
  | `llm.${string}`
  | `execution-server.${string}`
  | `key-ring.${string}`
  | `backup.${string}`
  | `bulk-rotation.${string}`
  | `restore.${string}`
  | 'epoch.stage-candidate'
  | 'epoch.reveal'
  | 'ledger.start-revocation'
>;

const plainCommand = (name: PlainName, raw: unknown, now: string): CredentialCommand => {
  switch (name) {
    case 'epoch.announce-candidate':
      return { type: name, data: VAULT_COMMAND_DATA[name].parse(raw) };
    case 'epoch.record-applied':
      return { type: name, data: VAULT_COMMAND_DATA[name].parse(raw) };
    case 'epoch.record-tested':
      return { type: name, data: VAULT_COMMAND_DATA[name].parse(raw) };
    case 'epoch.record-evidence':
      return { type: name, data: VAULT_COMMAND_DATA[name].parse(raw) };
    case 'epoch.hold':
      return { type: name, data: { ...VAULT_COMMAND_DATA[name].parse(raw), now } };
    case 'epoch.record-throttled':
      return { type: name, data: { ...VAULT_COMMAND_DATA[name].parse(raw), now } };
    case 'epoch.escalate':
      return { type: name, data: { ...VAULT_COMMAND_DATA[name].parse(raw), now } };
    case 'epoch.record-logins-denied':
      return { type: name, data: VAULT_COMMAND_DATA[name].parse(raw) };
    case 'epoch.record-revoked':
      return { type: name, data: { ...VAULT_COMMAND_DATA[name].parse(raw), now } };
    case 'epoch.complete':
      return { type: name, data: VAULT_COMMAND_DATA[name].parse(raw) };
    case 'epoch.fail':
      return { type: name, data: VAULT_COMMAND_DATA[name].parse(raw) };
    case 'ledger.record-discarded': {
      const { version, providerId } = VAULT_COMMAND_DATA[name].parse(raw);
      return { type: name, data: { version, ...(providerId === undefined ? {} : { providerId }) } };
    }
    case 'ledger.record-revoked':
      return { type: name, data: VAULT_COMMAND_DATA[name].parse(raw) };
    case 'ledger.record-revoke-failed':
      return { type: name, data: VAULT_COMMAND_DATA[name].parse(raw) };
  }
};

export const plain = (deps: VaultDeps, opened: Opened, name: PlainName, credentialId: string): Promise<Reply> =>
  submitToCredential(deps, opened, { credentialId, command: ({ now }) => plainCommand(name, opened.data, now) });
