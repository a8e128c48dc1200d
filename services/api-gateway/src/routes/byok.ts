import { CredentialId, LLM_PROVIDERS } from '@keyturn/contracts';
import {
  ByokKey,
  ByokKeySaved,
  ByokProviderId,
  ByokProviderList,
  ByokStats,
  ChangeByokKeyBody,
  TestByokKeyBody,
} from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import { changeKey, type ChangeDeps } from '../byok/change-keys.ts';
import { countByProvider, findKey, listOwn, seeKey, usageOfOwn } from '../byok/own-keys.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { etagOf } from '../if-match.ts';
import { AUDIT_PROBLEMS, QUERY_PROBLEMS, SEALED_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_KEY, SAMPLE_STATS } from '../samples/byok.ts';
import { SAMPLE_KEY_ID } from '../samples/ids.ts';
import { unkeyed } from './brought-secret.ts';
import { revealingOwnKey } from './byok-reveal.ts';
import { adding, answerSaved, CHANGE_PROBLEMS, deleting, forOwner, listing, testing } from './byok-answers.ts';

const BYOK = '/api/v1/byok';
const OfProvider = z.object({ provider: ByokProviderId });
/** Where there are several of the provider: which one. */
const Which = z.object({ key_id: CredentialId.optional() });
const params = { provider: 'openai' };
const query = { key_id: SAMPLE_KEY_ID };
const READ_PROBLEMS = [...QUERY_PROBLEMS, ...AUDIT_PROBLEMS] as const;

const PROVIDERS = ByokProviderId.options;

const listProviders = (deps: ChangeDeps): Endpoint =>
  endpoint(
    {
      name: 'listKeyProviders',
      method: 'get',
      path: `${BYOK}/providers`,
      tag: 'Bring your own key',
      summary: 'Lists the providers whose keys one can bring, and of which one has',
      access: 'own-read',
      takes: z.object({}),
      answers: { 200: ByokProviderList },
      refuses: QUERY_PROBLEMS,
      example: { answers: { 200: { providers: [{ id: 'openai', name: 'OpenAI', key_format: 'sk-…', configured: true }] } } },
    },
    (_input, asked) =>
      forOwner(asked, async (owner) => {
        const counts = await countByProvider(deps, owner, PROVIDERS);
        if (!counts.ok) return counts;
        const providers = counts.value.map(({ id, keys }) => {
          const { name, prefix } = LLM_PROVIDERS[id];
          return { id, name, key_format: prefix === null ? null : `${prefix}…`, configured: keys > 0 };
        });
        return ok({ status: 200, body: { providers } satisfies ByokProviderList });
      }),
  );

const readKey = (deps: ChangeDeps): Endpoint =>
  endpoint(
    {
      name: 'readOwnKey',
      method: 'get',
      path: `${BYOK}/keys/{provider}`,
      tag: 'Bring your own key',
      summary: 'Reads one key of one’s own, masked, with its test and its use; its ETag is for whoever changes or deletes it',
      access: 'own-read',
      takes: z.object({ params: OfProvider, query: Which }),
      answers: { 200: ByokKey },
      tells: ['ETag'],
      refuses: [...READ_PROBLEMS, 'credential-unknown'],
      example: { takes: { params, query }, answers: { 200: SAMPLE_KEY } },
    },
    ({ params: { provider }, query: { key_id: keyId } }, asked) =>
      forOwner(asked, async (owner) => {
        const found = await findKey(deps, owner, { provider, keyId });
        const seen = found.ok ? await seeKey(deps, owner, found.value.credentialId) : found;
        return seen.ok ? ok({ status: 200, body: seen.value.key, headers: { etag: etagOf(seen.value.revision) } }) : seen;
      }),
  );

const patchKey = (deps: ChangeDeps): Endpoint =>
  endpoint(
    {
      name: 'changeOwnKey',
      method: 'patch',
      path: `${BYOK}/keys/{provider}`,
      tag: 'Bring your own key',
      summary: 'Changes the value, the label, the endpoint, whether it is enabled, or whether it is the default of its provider',
      access: 'own-write',
      sends: [
        'request.begin',
        'credential.enable',
        'credential.stage-value',
        'credential.edit',
        'credential.change-details',
        'credential.disable',
      ],
      takes: z.object({ params: OfProvider, query: Which, body: ChangeByokKeyBody }),
      answers: { 200: ByokKeySaved, 202: ByokKeySaved },
      tells: ['ETag'],
      ifMatch: 'credential-changed',
      ifMatchIsOptional: true,
      refuses: [...CHANGE_PROBLEMS, ...SEALED_PROBLEMS, 'credential-disabled', 'fields-invalid'],
      example: {
        takes: { params, query, body: { label: 'Work', enabled: true } },
        answers: {
          200: { message: 'The key is changed.', status: 'committed', key: SAMPLE_KEY },
          202: { message: 'The key is changed.', status: 'testing', key: SAMPLE_KEY },
        },
      },
    },
    async ({ params: { provider }, query: { key_id: keyId }, body }, asked) => {
      if (body.sealed && asked.idempotencyKey === undefined) return unkeyed(asked.requestId);
      return forOwner(asked, async (owner) => {
        const changed = await changeKey(deps, owner, asked, { which: { provider, keyId }, body });
        return changed.ok ? ok(answerSaved(changed.value, 200)) : changed;
      });
    },
  );

const readStats = (deps: ChangeDeps): Endpoint =>
  endpoint(
    {
      name: 'readOwnKeyStats',
      method: 'get',
      path: `${BYOK}/stats`,
      tag: 'Bring your own key',
      summary: 'Counts one’s keys, and how often they were given out in the last 30 days',
      access: 'own-read',
      takes: z.object({}),
      answers: { 200: ByokStats },
      refuses: READ_PROBLEMS,
      example: { answers: { 200: SAMPLE_STATS } },
    },
    (_input, asked) =>
      forOwner(asked, async (owner) => {
        const counts = await countByProvider(deps, owner, PROVIDERS);
        if (!counts.ok) return counts;
        const enabled = await listOwn(deps, owner, { status: 'active', limit: 1 });
        if (!enabled.ok) return enabled;
        const used = await usageOfOwn(deps, owner);
        if (!used.ok) return used;
        const providers = counts.value.filter(({ keys }) => keys > 0);
        const { total, usage } = used.value;
        return ok({ status: 200, body: { total_keys: total, enabled_keys: enabled.value.total, providers, usage } satisfies ByokStats });
      }),
  );

/** Each caller's own keys; the older paths (`byok-older-paths.ts`) are other names for the same answers. */
export const byokRoutes = (deps: ChangeDeps): Endpoint[] => [
  listProviders(deps),
  listing(deps, { name: 'listOwnKeys', path: `${BYOK}/keys` }),
  adding(deps, { name: 'addOwnKey', path: `${BYOK}/keys/add` }),
  readKey(deps),
  patchKey(deps),
  deleting(deps, {
    name: 'deleteOwnKey',
    path: `${BYOK}/keys/{provider}`,
    takes: z.object({ params: OfProvider, query: Which }),
    example: { params, query },
    which: (input) => ({ provider: input.params.provider, keyId: input.query.key_id }),
  }),
  testing(deps, {
    name: 'testOwnKey',
    path: `${BYOK}/keys/test/{provider}`,
    takes: z.object({ params: OfProvider, query: Which, body: TestByokKeyBody }),
    example: { params, query: {}, body: { api_key: 'sk-proj-0123456789abcdef' } },
    which: (input) => ({ provider: input.params.provider, keyId: input.query.key_id }),
    brought: ({ params: { provider }, body }) => (body.api_key === undefined && body.sealed === undefined ? null : { ...body, provider }),
  }),
  revealingOwnKey(deps),
  readStats(deps),
];
