import { addressFrom, partsOf } from '@keyturn/contracts';
import {
  type AddByokKeyBody,
  type ByokKeySaved,
  type ChangeByokKeyBody,
  DeletionOutcome,
  RegisteredCredential,
} from '@keyturn/contracts/api';
import { ChangeOutcome, TestAskedFor } from '@keyturn/contracts/commands';
import { LLM_PROVIDERS } from '@keyturn/contracts';
import type { CredentialSummary } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, type Result } from '@keyturn/kernel';
import { beginRequest } from '../begin-request.ts';
import { inSteps } from '../clients/in-steps.ts';
import { createdIdOf, type NewId, stepIdOf } from '../command-id.ts';
import { credentialAt } from '../credential-at.ts';
import type { Asked } from '../endpoint.ts';
import { unknownIfAway } from '../faults.ts';
import { type AwaitDeps, awaitChange, awaitTest } from '../routes/await-test.ts';
import { secretOf } from '../routes/brought-secret.ts';
import { tryValue } from '../try-value.ts';
import { findKey, type KeyDeps, type Owner, seeKey, type WhichKey } from './own-keys.ts';

export type ChangeDeps = KeyDeps & AwaitDeps & { readonly newId: NewId };
/** `guard`: of the first step alone, as each moves the revision. */
type Asking = Pick<Asked, 'commandId' | 'idempotencyKey' | 'requestId' | 'guard'>;

const sent = ({ actor }: Owner, { requestId, guard }: Asking, commandId: string) => ({
  actor,
  commandId,
  correlationId: requestId,
  ...guard,
});

/** What is answered, and the revision that the key is at now. */
export type SavedKey = { readonly saved: ByokKeySaved; readonly revision: string };

type Brought = Pick<ChangeByokKeyBody, 'api_key' | 'sealed'>;

/** What the body brings as the key's secret: a box of the caller's, or the key in clear. */
const keySecret = (credentialId: string, { api_key, sealed }: Brought) =>
  secretOf(credentialId, { sealed, ...(api_key === undefined ? {} : { secretFields: { apiKey: api_key } }) });

type Place = { readonly address: string; readonly credentialId: string };

/** The first one of its provider is its default: the vault finds out, so that a repeat is the same command whatever came in between. */
const register = async (deps: ChangeDeps, owner: Owner, asking: Asking, body: AddByokKeyBody, { address, credentialId }: Place) => {
  const { provider, label, endpoint, is_default, even_if_unreachable: evenIfUnreachable } = body;
  return deps.vault.command('credential.register', {
    ...sent(owner, asking, asking.commandId),
    data: {
      credentialId,
      address,
      credentialType: 'user_api_key',
      publicFields: { provider, ...(endpoint === undefined ? {} : { endpoint }) },
      issuer: null,
      ...(is_default === undefined ? { isDefaultIfFirst: true } : { isDefault: is_default }),
      ...(label === undefined ? {} : { displayName: label }),
      ...(evenIfUnreachable === undefined ? {} : { evenIfUnreachable }),
    },
    ...keySecret(credentialId, body),
  });
};

type NewValue = Brought & Pick<ChangeByokKeyBody, 'endpoint' | 'even_if_unreachable'> & { readonly provider: string };

/** Another value for a key that is there; an endpoint that the body names comes with it. */
const replace = async (deps: ChangeDeps, owner: Owner, asking: Asking, body: NewValue, credentialId: string) => {
  const { provider, endpoint, even_if_unreachable: evenIfUnreachable } = body;
  return deps.vault.command('credential.stage-value', {
    ...sent(owner, asking, asking.commandId),
    data: {
      credentialId,
      ...(endpoint === undefined ? {} : { publicFields: { provider, ...(endpoint === null ? {} : { endpoint }) } }),
      ...(evenIfUnreachable === undefined ? {} : { evenIfUnreachable }),
    },
    ...keySecret(credentialId, body),
  });
};

const begin = ({ vault }: ChangeDeps, { actor }: Owner, asking: Asking, of: Parameters<typeof beginRequest>[2]) =>
  beginRequest(vault, { ...asking, actor }, of);

/** Adds a key, or gives one of that name a new value; tested first where there is a test. */
export const addKey = async (given: ChangeDeps, owner: Owner, asking: Asking, body: AddByokKeyBody): Promise<Result<SavedKey, Refusal>> => {
  const { api_key: _secret, sealed: _box, ...wish } = body;
  const begun = await begin(given, owner, asking, { operation: 'addOwnKey', wish });
  if (!begun.ok) return begun;
  const deps = { ...given, vault: inSteps(given.vault) };
  const address = addressFrom({ scope: owner.scope, service: body.provider, name: body.name ?? body.label ?? 'main' });
  const created = body.key_id ?? createdIdOf(asking.idempotencyKey, asking.commandId, deps.newId);
  const there = await credentialAt(deps.vault, owner.actor, address);
  if (!there.ok) return there;
  // A repeat finds what it made, and is the same command again. What is sealed is sealed for a new key, so a name that is taken is refused.
  const isNew = there.value === null || there.value.credentialId === created || body.sealed !== undefined;
  const credentialId = isNew ? created : (there.value?.credentialId ?? created);
  const saved = await (isNew
    ? register(deps, owner, asking, body, { address, credentialId })
    : replace(deps, owner, asking, body, credentialId));
  if (!saved.ok) return saved;
  const ended = await awaitChange(deps, { actor: owner.actor, commandId: asking.commandId }, RegisteredCredential.parse(saved.value));
  if (!ended.ok) return ended;
  const { label, is_default } = body;
  // A value that is still being tested may be refused, and then nothing is to have changed.
  const said =
    isNew || ended.value.status === 'testing' ? ok(null) : await describe(deps, owner, asking, credentialId, { label, is_default });
  if (!said.ok) return said;
  const seen = await seeKey(deps, owner, credentialId).catch(unknownIfAway);
  if (!seen.ok) return seen;
  const { name } = LLM_PROVIDERS[body.provider];
  const { status } = ended.value;
  const message = status === 'committed' ? `The key of ${name} is saved.` : `The key of ${name} is being tested.`;
  return ok({ saved: { message, status, key: seen.value.key }, revision: seen.value.revision });
};

type Said = Pick<ChangeByokKeyBody, 'label' | 'is_default'>;

const describe = async (deps: ChangeDeps, owner: Owner, asking: Asking, credentialId: string, { label, is_default: isDefault }: Said) => {
  if (label === undefined && isDefault === undefined) return ok(null);
  const changes = label === undefined ? {} : { displayName: label };
  const data = { credentialId, changes, ...(isDefault === undefined ? {} : { isDefault }) };
  return deps.vault.command('credential.change-details', { ...sent(owner, asking, stepIdOf(asking.commandId, 'details')), data });
};

const switchTo = (deps: ChangeDeps, owner: Owner, asking: Asking, credentialId: string, enabled: boolean) => {
  const command = sent(owner, asking, stepIdOf(asking.commandId, enabled ? 'enable' : 'disable'));
  return enabled
    ? deps.vault.command('credential.enable', { ...command, data: { credentialId } })
    : deps.vault.command('credential.disable', { ...command, data: { credentialId, reason: 'disabled by its owner' } });
};

type Moved = Result<'committed' | 'testing', Refusal>;
type Move = Pick<ChangeByokKeyBody, 'endpoint' | 'even_if_unreachable'>;

/** An endpoint is part of the value, so the key is tested with it; `committed` where it is that one already. */
const moveTo = async (deps: ChangeDeps, owner: Owner, asking: Asking, credentialId: string, move: Move): Promise<Moved> => {
  const { endpoint, even_if_unreachable: evenIfUnreachable } = move;
  if (endpoint === undefined) return ok('committed');
  const commandId = stepIdOf(asking.commandId, 'endpoint');
  const said = evenIfUnreachable === undefined ? {} : { evenIfUnreachable };
  const data = { credentialId, publicFields: { endpoint: endpoint ?? '' }, ...said };
  const edited = await deps.vault.command('credential.edit', { ...sent(owner, asking, commandId), data });
  if (!edited.ok) return edited.refusal.code === 'nothing-to-change' ? ok('committed') : edited;
  const ended = await awaitChange(deps, { actor: owner.actor, commandId }, ChangeOutcome.parse(edited.value));
  return ended.ok ? ok(ended.value.status) : ended;
};

const bringsValue = ({ api_key, sealed }: Brought): boolean => api_key !== undefined || sealed !== undefined;

/** A new value, with the endpoint if that moves too; or only the endpoint. */
const newValue = async (
  deps: ChangeDeps,
  owner: Owner,
  asking: Asking,
  key: CredentialSummary,
  body: ChangeByokKeyBody,
): Promise<Moved> => {
  const { credentialId, address } = key;
  if (!bringsValue(body)) return moveTo(deps, owner, asking, credentialId, body);
  const provider = partsOf(address).service;
  const staged = await replace(deps, owner, asking, { ...body, provider }, credentialId);
  if (!staged.ok) return staged;
  const { actor } = owner;
  const ended = await awaitChange(deps, { actor, commandId: asking.commandId }, RegisteredCredential.parse(staged.value));
  return ended.ok ? ok(ended.value.status) : ended;
};

/** Enabled first and disabled last, as a disabled key can't be changed; what was done before a step that is refused stays done. */
export const changeKey = async (
  given: ChangeDeps,
  owner: Owner,
  asking: Asking,
  { which, body }: { readonly which: WhichKey; readonly body: ChangeByokKeyBody },
): Promise<Result<SavedKey, Refusal>> => {
  const { api_key: _secret, sealed: _box, ...said } = body;
  const wish = { ...which, ...said, bringsValue: bringsValue(body) };
  const begun = await begin(given, owner, asking, { operation: 'changeOwnKey', wish });
  if (!begun.ok) return begun;
  const deps = { ...given, vault: inSteps(given.vault) };
  const found = await findKey(deps, owner, which);
  if (!found.ok) return found;
  const { credentialId } = found.value;
  const { enabled } = body;
  const unguarded = { ...asking, guard: {} };
  const afterOpening = enabled === true ? unguarded : asking;
  const afterMoving = bringsValue(body) || body.endpoint !== undefined ? unguarded : afterOpening;
  const afterSaying = body.label !== undefined || body.is_default !== undefined ? unguarded : afterMoving;
  const opened = enabled === true ? await switchTo(deps, owner, asking, credentialId, true) : ok(null);
  if (!opened.ok) return opened;
  const moved = await newValue(deps, owner, afterOpening, found.value, body);
  if (!moved.ok) return moved;
  const described = await describe(deps, owner, afterMoving, credentialId, body);
  if (!described.ok) return described;
  const closed = enabled === false ? await switchTo(deps, owner, afterSaying, credentialId, false) : ok(null);
  if (!closed.ok) return closed;
  const seen = await seeKey(deps, owner, credentialId).catch(unknownIfAway);
  if (!seen.ok) return seen;
  const { key, revision } = seen.value;
  return ok({ saved: { message: 'The key is changed.', status: moved.value, key }, revision });
};

const BY_OWNER = { reason: 'deleted by its owner', leftAliveBecause: 'its owner revokes it at the provider' };

/** Its owner revokes it at the provider; Keyturn forgets it. Named by its provider, it must be the only one: a repeat deletes no other. */
export const deleteKey = async (deps: ChangeDeps, owner: Owner, asking: Asking, which: WhichKey) => {
  const command = sent(owner, asking, asking.commandId);
  const deleted = which.keyId === undefined ? await deleteOnly(deps, owner, command, which) : await deleteById(deps, owner, command, which);
  return deleted.ok ? ok(DeletionOutcome.parse(deleted.value)) : deleted;
};

type Sent = ReturnType<typeof sent>;

const deleteOnly = ({ vault }: ChangeDeps, { scope }: Owner, command: Sent, { provider = '' }: WhichKey) => {
  const data = { scope, service: provider, credentialType: 'user_api_key' as const, ...BY_OWNER };
  return vault.command('credential.delete-only', { ...command, data });
};

const deleteById = async (deps: ChangeDeps, owner: Owner, command: Sent, which: WhichKey) => {
  const found = await findKey(deps, owner, which, 'deleted-too');
  if (!found.ok) return found;
  const { credentialId, address } = found.value;
  return deps.vault.command('credential.delete', { ...command, data: { credentialId, confirm: address, ...BY_OWNER } });
};

export type BroughtKey = Pick<AddByokKeyBody, 'provider' | 'api_key' | 'sealed' | 'key_id' | 'endpoint'>;

/** Tests a key that isn't saved, and keeps nothing of it. */
export const tryKey = (deps: ChangeDeps, { actor, scope }: Owner, asking: Asking, key: BroughtKey) => {
  const { provider, endpoint } = key;
  const credentialId = key.key_id ?? createdIdOf(asking.idempotencyKey, asking.commandId, deps.newId);
  return tryValue(deps, {
    ...sent({ actor, scope }, asking, asking.commandId),
    scope,
    credentialId,
    credentialType: 'user_api_key',
    publicFields: { provider, ...(endpoint === undefined ? {} : { endpoint }) },
    ...keySecret(credentialId, key),
  });
};

/** Tests the stored key now; null where that takes longer. */
export const testKey = async (deps: ChangeDeps, owner: Owner, asking: Asking, { credentialId }: CredentialSummary) => {
  const command = sent(owner, asking, asking.commandId);
  const asked = await deps.vault.command('credential.request-test', { ...command, data: { credentialId } });
  if (!asked.ok) return asked;
  return awaitTest(deps, owner.actor, { credentialId, testId: TestAskedFor.parse(asked.value).testId });
};
