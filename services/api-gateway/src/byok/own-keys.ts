import type { Actor } from '@keyturn/contracts';
import type { ByokKey, ByokKeyList, ByokProviderId } from '@keyturn/contracts/api';
import type { CredentialPage, CredentialSummary, CredentialView, VaultQueryInput } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts/refusals';
import { userScope } from '@keyturn/contracts/scopes';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { AuditClient } from '../clients/audit.ts';
import type { VaultClient } from '../clients/vault.ts';
import { GATEWAY_ACTOR } from '../identity/identity.ts';
import { keyOf, usageOf } from './key-view.ts';

// A key of one's own is a credential of the caller's scope: asked for in the caller's name, so the vault decides what is theirs.

export type KeyDeps = { readonly vault: VaultClient; readonly audit: AuditClient };

/** Whose keys: a caller with an issuer, whose scope is known. */
export type Owner = { readonly actor: Actor; readonly scope: string };

export const ownerOf = (actor: Actor): Owner | null =>
  actor.issuer === undefined ? null : { actor, scope: userScope(actor.issuer, actor.id) };

/** What is asked for by its provider (its default, or else the first) or by its id. */
export type WhichKey = { readonly provider?: string | undefined; readonly keyId?: string | undefined };

type Listed = Omit<VaultQueryInput<'credential.list'>, 'scope' | 'credentialType'>;

export const listOwn = ({ vault }: KeyDeps, { actor, scope }: Owner, listed: Listed): Promise<Result<CredentialPage, Refusal>> =>
  vault.query('credential.list', { actor, data: { ...listed, scope, credentialType: 'user_api_key' } });

const usageOfAll = ({ audit }: KeyDeps, keys: readonly CredentialSummary[]) =>
  audit.query('usage.read', {
    actor: { ...GATEWAY_ACTOR, roles: ['gateway'] },
    data: { credentialIds: keys.map(({ credentialId }) => credentialId) },
  });

/** Keys as their owner sees them, with their tests and their use. */
export const viewsOf = async (deps: KeyDeps, { actor }: Owner, keys: readonly CredentialSummary[]): Promise<Result<ByokKey[], Refusal>> => {
  const tests = (data: { credentialId: string }) => deps.vault.query('credential.tests', { actor, data });
  const [used, tested] = await Promise.all([
    usageOfAll(deps, keys),
    Promise.all(keys.map(async (key) => ({ key, tests: await tests({ credentialId: key.credentialId }) }))),
  ]);
  if (!used.ok) return used;
  const views: ByokKey[] = [];
  for (const { key, tests: found } of tested) {
    if (!found.ok) return found;
    views.push(keyOf(key, found.value, used.value.items));
  }
  return ok(views);
};

export const pageOfKeys = async (deps: KeyDeps, owner: Owner, listed: Listed): Promise<Result<ByokKeyList, Refusal>> => {
  const page = await listOwn(deps, owner, listed);
  if (!page.ok) return page;
  const views = await viewsOf(deps, owner, page.value.items);
  return views.ok ? ok({ keys: views.value, next_cursor: page.value.nextCursor, total: page.value.total }) : views;
};

/** Whether a key that was deleted counts: only for who repeats its deletion. */
type Which = 'living' | 'deleted-too';

/** One key by its id, if it is a key of the caller's own. */
const keyById = async (deps: KeyDeps, owner: Owner, credentialId: string, among: Which): Promise<Result<CredentialView, Refusal>> => {
  const { actor, scope } = owner;
  const found = await deps.vault.query('credential.get', { actor, data: { credentialId } });
  if (!found.ok) return found;
  const { credentialType, status } = found.value;
  const isKey = credentialType === 'user_api_key' && (among === 'deleted-too' || status !== 'deleted');
  if (isKey && found.value.address.startsWith(`${scope}.`)) return found;
  // Not at an address of theirs: it may still have been imported for an id of theirs, which the vault knows and an admin's right is not.
  const own = isKey ? await listOwn(deps, owner, { search: found.value.address, limit: 200 }) : null;
  if (own && !own.ok) return own;
  const mine = own?.value.items.find((item) => item.credentialId === credentialId);
  return mine ? found : refuse({ code: 'credential-unknown' });
};

/** A key as its owner sees it, and the revision on which they may decide. */
export type SeenKey = { readonly key: ByokKey; readonly revision: string };

export const seeKey = async (deps: KeyDeps, owner: Owner, credentialId: string): Promise<Result<SeenKey, Refusal>> => {
  const found = await keyById(deps, owner, credentialId, 'living');
  if (!found.ok) return found;
  const views = await viewsOf(deps, owner, [found.value]);
  if (!views.ok) return views;
  const [key] = views.value;
  return key ? ok({ key, revision: found.value.revision }) : refuse({ code: 'credential-unknown' });
};

export const findKey = async (
  deps: KeyDeps,
  owner: Owner,
  which: WhichKey,
  among: Which = 'living',
): Promise<Result<CredentialSummary, Refusal>> => {
  if (which.keyId !== undefined) {
    const found = await keyById(deps, owner, which.keyId, among);
    const isOther = found.ok && which.provider !== undefined && found.value.address.split('.')[1] !== which.provider;
    return isOther ? refuse({ code: 'credential-unknown' }) : found;
  }
  const service = which.provider ?? '';
  const marked = await listOwn(deps, owner, { service, isDefault: true, limit: 1 });
  const first = marked.ok && marked.value.items.length === 0 ? await listOwn(deps, owner, { service, limit: 1 }) : marked;
  if (!first.ok) return first;
  const [key] = first.value.items;
  return key ? ok(key) : refuse({ code: 'credential-unknown' });
};

/** How many keys there are of each provider, enabled or not. */
export const countByProvider = async (
  deps: KeyDeps,
  owner: Owner,
  providers: readonly ByokProviderId[],
): Promise<Result<{ id: ByokProviderId; keys: number }[], Refusal>> => {
  const pages = await Promise.all(providers.map(async (id) => ({ id, page: await listOwn(deps, owner, { service: id, limit: 1 }) })));
  const counts: { id: ByokProviderId; keys: number }[] = [];
  for (const { id, page } of pages) {
    if (!page.ok) return page;
    counts.push({ id, keys: page.value.total });
  }
  return ok(counts);
};

/** How much of the first 200 keys was used. */
export const usageOfOwn = async (deps: KeyDeps, owner: Owner) => {
  const page = await listOwn(deps, owner, { limit: 200 });
  if (!page.ok) return page;
  const used = await usageOfAll(deps, page.value.items);
  return used.ok ? ok({ total: page.value.total, usage: usageOf(used.value.items) }) : used;
};
