import { randomBytes } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { bearerOf, hashOf, type SimulatorEnv } from './simulator.ts';

export type OpenAiKey = {
  readonly models: readonly string[];
  readonly mayListModels?: boolean;
  readonly isDenied?: boolean;
  /** It is asked from an address that isn't on the allowlist of its project or organization. */
  readonly isElsewhere?: boolean;
  /** It manages the organization, and uses no model. */
  readonly isAdmin?: boolean;
  /** It lacks the right to manage service accounts. */
  readonly mayOnlyRead?: boolean;
  readonly projectId?: string;
  /** The service account whose key it is; a person's has none. */
  readonly accountId?: string;
  /** In seconds. */
  readonly lastUsedAt?: number;
};

export type OpenAiAccount = { readonly projectId: string; readonly name: string; readonly createdAt: number };

export type OpenAiKeys = Map<string, OpenAiKey>;
export type OpenAiAccounts = Map<string, OpenAiAccount>;
export type Asked = Context<SimulatorEnv>;

/** The id that a key has there: its value doesn't say it. */
export const openAiKeyIdOf = (secret: string): string => `key_${hashOf(secret).slice(0, 16)}`;

const FIRST_DAY = 1_767_225_600;
const nowInSeconds = (): number => Math.floor(Date.now() / 1000);

export const refuse = (context: Asked, status: 400 | 401 | 403 | 404, code: string | null, message: string): Response =>
  context.json({ error: { message, type: 'invalid_request_error', param: null, code } }, status);

const refuseKey = (context: Asked, secret: string): Response =>
  refuse(context, 401, 'invalid_api_key', `Incorrect API key provided: ${secret.slice(0, 8)}****${secret.slice(-4)}.`);

/** The key, or why it isn't let in at all: nobody knows it, or it may not be used from this address. */
export const letIn = (context: Asked, keys: OpenAiKeys, secret: string): OpenAiKey | Response => {
  const key = keys.get(secret);
  if (!key) return refuseKey(context, secret);
  return key.isElsewhere === true ? refuse(context, 401, 'ip_not_authorized', 'Your IP address 192.0.2.1 is not authorized.') : key;
};

/** Notes that a key was let in, and when. */
export const touch = (context: Asked, keys: OpenAiKeys, secret: string): void => {
  const key = keys.get(secret);
  if (key) keys.set(secret, { ...key, lastUsedAt: nowInSeconds() });
  context.var.accept(secret);
};

/** One page of a list, as all lists of the administration API are paged. */
const pageOf = (context: Asked, items: readonly { readonly id: string }[]): Response => {
  const [limit, after] = [Number(context.req.query('limit') ?? 20), context.req.query('after')];
  const from = after === undefined ? 0 : items.findIndex(({ id }) => id === after) + 1;
  const data = items.slice(from, from + limit);
  const has_more = from + limit < items.length;
  return context.json({ object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more });
};

const shown = (secret: string): string => `${secret.slice(0, 8)}...${secret.slice(-4)}`;

const accountView = ([id, { name, createdAt }]: readonly [string, OpenAiAccount]) => ({
  object: 'organization.project.service_account',
  id,
  name,
  role: 'member',
  created_at: createdAt,
});

const ADA = { id: 'user-ada', name: 'Ada', created_at: FIRST_DAY };

const ownerOf = (accounts: OpenAiAccounts, accountId = '') => {
  const account = accounts.get(accountId);
  if (!account) return { type: 'user', user: { ...ADA, email: 'ada@shop.example', role: 'member' } };
  const { object: _ofLists, ...owner } = accountView([accountId, account]);
  return { type: 'service_account', service_account: owner };
};

/** What an organization has, as the one who manages it sees it. `id`: the one that the path names. */
type Managed = { readonly keys: OpenAiKeys; readonly accounts: OpenAiAccounts; readonly projectId: string; readonly id: string };
type Manage = (context: Asked, managed: Managed) => Response | Promise<Response>;

const missing = (context: Asked): Response => refuse(context, 404, null, 'Not found');
const keysOf = ({ keys, projectId }: Managed) => [...keys].filter(([, key]) => key.projectId === projectId);
const isKnown = (managed: Managed): boolean => keysOf(managed).length > 0;
const oneKey = (managed: Managed) => keysOf(managed).find(([secret]) => openAiKeyIdOf(secret) === managed.id);
const oneAccount = ({ accounts, projectId, id }: Managed): OpenAiAccount | null => {
  const account = accounts.get(id);
  return account?.projectId === projectId ? account : null;
};

const keyView = ({ accounts }: Managed, [secret, { accountId, lastUsedAt }]: readonly [string, OpenAiKey]) => ({
  object: 'organization.project.api_key',
  id: openAiKeyIdOf(secret),
  redacted_value: shown(secret),
  name: 'a key',
  created_at: FIRST_DAY,
  last_used_at: lastUsedAt ?? null,
  owner_project_access: 'active',
  owner: ownerOf(accounts, accountId),
});

const listAccounts: Manage = (context, managed) => {
  const its = [...managed.accounts].filter(([, { projectId }]) => projectId === managed.projectId);
  return isKnown(managed) ? pageOf(context, its.map(accountView)) : missing(context);
};

const createAccount: Manage = async (context, managed) => {
  const { keys, accounts, projectId } = managed;
  const { name } = await context.req.json<{ readonly name?: unknown }>();
  if (!isKnown(managed)) return missing(context);
  if (typeof name !== 'string' || name === '') return refuse(context, 400, null, 'Missing required parameter: name');
  const id = `user-${randomBytes(12).toString('hex')}`;
  const value = `sk-svcacct-${randomBytes(36).toString('base64url')}`;
  const account = { projectId, name, createdAt: nowInSeconds() };
  const [[, like] = []] = keysOf(managed);
  accounts.set(id, account);
  keys.set(value, { models: like?.models ?? [], projectId, accountId: id });
  const object = 'organization.project.service_account.api_key';
  const api_key = { object, value, name: 'Secret Key', created_at: account.createdAt, id: openAiKeyIdOf(value) };
  return context.json({ ...accountView([id, account]), api_key });
};

const readAccount: Manage = (context, managed) => {
  const account = oneAccount(managed);
  return account ? context.json(accountView([managed.id, account])) : missing(context);
};

const deleteAccount: Manage = (context, managed) => {
  const { keys, accounts, id } = managed;
  if (!oneAccount(managed)) return missing(context);
  accounts.delete(id);
  for (const [secret, { accountId }] of keys) if (accountId === id) keys.delete(secret);
  return context.json({ object: 'organization.project.service_account.deleted', id, deleted: true });
};

const listKeys: Manage = (context, managed) => {
  const its = keysOf(managed).map((entry) => keyView(managed, entry));
  return isKnown(managed) ? pageOf(context, its) : missing(context);
};

const readKey: Manage = (context, managed) => {
  const found = oneKey(managed);
  return found ? context.json(keyView(managed, found)) : missing(context);
};

const deleteKey: Manage = (context, managed) => {
  const found = oneKey(managed);
  if (!found) return missing(context);
  if (found[1].accountId !== undefined)
    return refuse(
      context,
      400,
      null,
      'This API key belongs to a service account and can’t be deleted. Delete the service account instead.',
    );
  managed.keys.delete(found[0]);
  return context.json({ object: 'organization.project.api_key.deleted', id: managed.id, deleted: true });
};

const listAdminKeys: Manage = (context, { keys }) => {
  const admins = [...keys].filter(([, { isAdmin }]) => isAdmin === true);
  const views = admins.map(([secret, { lastUsedAt }]) => ({
    object: 'organization.admin_api_key',
    id: openAiKeyIdOf(secret),
    name: 'Administration Key',
    redacted_value: shown(secret),
    created_at: FIRST_DAY,
    expires_at: null,
    last_used_at: lastUsedAt ?? null,
    owner: { type: 'user', object: 'organization.user', ...ADA, role: 'owner' },
  }));
  return pageOf(context, views);
};

/** Service accounts and keys of projects, and admin keys, as an organization's admin key manages them. */
export const organizationRoutes = (app: Hono<SimulatorEnv>, keys: OpenAiKeys, accounts: OpenAiAccounts): void => {
  const asAdmin =
    (manage: Manage): ((context: Asked) => Response | Promise<Response>) =>
    (context) => {
      const secret = bearerOf(context.req.header('authorization'));
      const admin = letIn(context, keys, secret);
      if (admin instanceof Response) return admin;
      const mayNot = admin.isAdmin !== true || (admin.mayOnlyRead === true && context.req.method !== 'GET');
      if (mayNot) return refuse(context, 403, null, 'You have insufficient permissions for this operation. Missing scopes.');
      touch(context, keys, secret);
      return manage(context, { keys, accounts, projectId: context.req.param('project') ?? '', id: context.req.param('id') ?? '' });
    };
  const project = '/v1/organization/projects/:project';
  app.get(`${project}/service_accounts`, asAdmin(listAccounts));
  app.post(`${project}/service_accounts`, asAdmin(createAccount));
  app.get(`${project}/service_accounts/:id`, asAdmin(readAccount));
  app.delete(`${project}/service_accounts/:id`, asAdmin(deleteAccount));
  app.get(`${project}/api_keys`, asAdmin(listKeys));
  app.get(`${project}/api_keys/:id`, asAdmin(readKey));
  app.delete(`${project}/api_keys/:id`, asAdmin(deleteKey));
  app.get('/v1/organization/admin_api_keys', asAdmin(listAdminKeys));
};
