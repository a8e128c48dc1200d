import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { z } from 'zod';
import { type ListedPage, readAllPages } from '../issued/all-pages.ts';
import type { IssuerAnswer, IssuerCall, IssuerCaller, IssuerCalls } from '../issued/issuer-calls.ts';
import { type ListOf, listOf, Marked } from '../issued/list-of.ts';
import type { Premises } from '../issued/premises.ts';
import { OpenAiId } from '../issued/provider-id.ts';
import type { ProviderRefusal } from '../refusal.ts';
import type { IssuedValue } from '../rotation/rotation-provider.ts';

type Outcome<T> = Promise<Result<T, ProviderRefusal>>;

const Account = z.object({ id: OpenAiId, name: z.string() });

/** In seconds, and within what a date can be. */
const Seconds = z.number().min(0).max(8_640_000_000_000);

/** The type of an owner that has a service account. */
const SERVICE_ACCOUNT = 'service_account';

const Key = z.object({
  id: OpenAiId,
  redacted_value: z.string(),
  last_used_at: Seconds.nullish(),
  owner: z
    .object({ type: z.string(), service_account: Account.nullish() })
    .refine((owner) => owner.type !== SERVICE_ACCOUNT || owner.service_account),
});
/** A key of a project as OpenAI describes it; its value isn't among it. */
export type ProjectKey = z.infer<typeof Key>;

const pageOf = <Item>(data: z.ZodType<ListOf<Item>>) => z.object({ data, has_more: z.boolean(), last_id: z.string().nullish() });
const Accounts = pageOf(listOf(Account));
const OfMarked = z.object({ owner: z.object({ service_account: Marked }) });
const Made = z.object({ id: OpenAiId, api_key: z.object({ value: z.string() }).nullable() });
const Gone = z.object({}).loose();

/** Where the service accounts of a project live. */
export const accountsOf = (projectId: string): string => `organization/projects/${projectId}/service_accounts`;
const keysOf = (projectId: string): string => `organization/projects/${projectId}/api_keys`;

const PLACE = /^organization\/projects\/(?<projectId>[^/]+)\/(?<kind>service_accounts|api_keys)\/(?<id>[^/]+)$/u;

/** A value's path taken apart: of a service account of ours, or of the key that a person made. Null for no such path. */
export const placeOf = (
  providerId: string,
): { readonly projectId: string; readonly accountId: string | null; readonly id: string } | null => {
  const { projectId, kind, id } = PLACE.exec(providerId)?.groups ?? {};
  if (projectId === undefined || id === undefined) return null;
  return { projectId, accountId: kind === 'service_accounts' ? id : null, id };
};

const noProject = (projectId: string): ProviderRefusal => ({
  code: 'provider-refused',
  sentence: `OpenAI has no project ${projectId} in the organization of the admin key: check the project id.`,
});

type Listing<Item> = { readonly path: string; readonly projectId: string; readonly page: z.ZodType<Page<Item>> } & Pick<
  IssuerCall,
  'doing'
>;
type Page<Item> = { readonly data: ListOf<Item>; readonly has_more: boolean; readonly last_id?: string | null | undefined };

const PER_PAGE = 100;

/** All of a list, and when OpenAI gave its last page. */
const listAll = async <Item>(
  api: IssuerCalls,
  caller: IssuerCaller,
  { path, projectId, page, doing }: Listing<Item>,
): Outcome<{ readonly items: readonly Item[]; readonly at: string | null }> => {
  const from = `/${path}${path.includes('?') ? '&' : '?'}limit=${PER_PAGE}`;
  let at: string | null = null;
  const items = await readAllPages('OpenAI', '', async (after): Outcome<ListedPage<Item, string>> => {
    const listed = await api(caller, { path: `${from}${after}`, doing }, page);
    if (!listed.ok) return listed;
    const { body } = listed.value;
    if (!body) return refuse(noProject(projectId));
    at = listed.value.at;
    return ok({ items: body.data.items, next: body.has_more && body.last_id ? `&after=${encodeURIComponent(body.last_id)}` : null });
  });
  return items.ok ? ok({ items: items.value, at }) : items;
};

/**
 * All keys of the project, those of persons and of service accounts, and when OpenAI said so. Those that are unlike what we know are left out,
 * unless they are of a service account of ours, or `sought` takes them: then nothing is said.
 */
export const listKeys = (
  api: IssuerCalls,
  caller: IssuerCaller,
  { projectId, sought }: { readonly projectId: string; readonly sought: z.ZodType },
): Outcome<{ readonly items: readonly ProjectKey[]; readonly at: string | null }> =>
  listAll(api, caller, {
    path: `${keysOf(projectId)}?owner_project_access=any`,
    projectId,
    page: pageOf(listOf(Key, OfMarked.or(sought))),
    doing: 'list the keys of a project',
  });

/** Looks whether the service accounts of a project can be listed. */
export const seeAccounts = async (api: IssuerCalls, caller: IssuerCaller, projectId: string): Outcome<void> => {
  const call = { path: `/${accountsOf(projectId)}?limit=1`, doing: 'list the service accounts of a project' };
  const seen = await api(caller, call, Accounts);
  if (!seen.ok) return seen;
  return seen.value.body ? ok(undefined) : refuse(noProject(projectId));
};

const OfPerson = z.object({
  owner: z.object({ type: z.string().refine((type) => type !== SERVICE_ACCOUNT), service_account: z.null().optional() }),
});
const OfAccount = z.object({ owner: z.object({ service_account: z.object({ id: z.string() }) }) });

/** Whatever isn't for certain a key of somebody else: where nobody can say whose a key is, nobody can say either that this account's are unused. */
export const keyOfAccount = (accountId: string): z.ZodType =>
  z.unknown().refine((entry) => {
    const owned = OfAccount.safeParse(entry);
    return owned.success ? owned.data.owner.service_account.id === accountId : !OfPerson.safeParse(entry).success;
  });

/** One key of a project, by its path. */
export const readKey = (api: IssuerCalls, caller: IssuerCaller, path: string): Outcome<IssuerAnswer<ProjectKey>> =>
  api(caller, { path: `/${path}`, doing: 'read a key of a project' }, Key);

/** The service accounts of a project, as what is issued there. */
export const premisesOf = (api: IssuerCalls, caller: IssuerCaller): Premises => ({
  homeOf: (providerId) => accountsOf(placeOf(providerId)?.projectId ?? ''),
  list: async (home) => {
    const [, , projectId = ''] = home.split('/');
    const listed = await listAll(api, caller, { path: home, projectId, page: Accounts, doing: 'list the service accounts of a project' });
    return listed.ok ? ok(listed.value.items.map(({ id, name }) => ({ name, providerId: `${home}/${id}` }))) : listed;
  },
  remove: async (path) => {
    const done = await api(caller, { method: 'DELETE', path: `/${path}`, doing: 'delete a key or a service account' }, Gone);
    return done.ok ? ok(undefined) : done;
  },
});

/** Creates a service account, with a key that OpenAI shows this once. */
export const createAccount = async (
  api: IssuerCalls,
  caller: IssuerCaller,
  { home, name }: { readonly home: string; readonly name: string },
): Outcome<IssuedValue> => {
  const made = await api(caller, { method: 'POST', path: `/${home}`, body: { name }, doing: 'create a service account' }, Made);
  if (!made.ok) return made;
  const { body } = made.value;
  if (!body) return refuse(noProject(home.split('/')[2] ?? ''));
  if (!body.api_key)
    return refuse({ code: 'provider-refused', sentence: 'OpenAI made a service account without a key: may the organization have any?' });
  return ok({ publicFields: {}, secret: new Sensitive({ apiKey: body.api_key.value }), providerId: `${home}/${body.id}` });
};
