import { readFileSync } from 'node:fs';
import { type OpenAiKey, openAiKeyIdOf, type Simulator, startOpenAi } from '@keyturn/provider-simulators';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

// What the simulator answers, held to OpenAI's own description of its API: its client reads more than that promises.

const KEY = 'sk-0123456789abcdefghijklmnopqrstuvwxyz';
const ADMIN = 'sk-admin-0123456789abcdefghijklmnopqrst';
const ELSEWHERE = 'sk-elsewhere-0123456789abcdefghijklmnop';
const KEYS = '/organization/projects/proj_shop/api_keys';
const ACCOUNTS = '/organization/projects/proj_shop/service_accounts';

const Described = z.object({ $defs: z.record(z.string(), z.looseObject({})) });
const described = Described.parse(JSON.parse(readFileSync(new URL('support/openai-schemas.json', import.meta.url), 'utf8')));
const schemaOf = (name: string) => z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs: described.$defs });

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startOpenAi(
    new Map<string, OpenAiKey>([
      [KEY, { models: ['gpt-5'], projectId: 'proj_shop', lastUsedAt: 1_800_000_000 }],
      [ADMIN, { models: [], isAdmin: true }],
      [ELSEWHERE, { models: [], isElsewhere: true }],
    ]),
  );
});
afterAll(() => simulator.close());

const ask = async (secret: string, call: string, body?: unknown) => {
  const [method = 'GET', path = ''] = call.split(' ');
  const response = await fetch(`${simulator.url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answered: unknown = await response.json();
  return { status: response.status, body: answered };
};
/** What the answer breaks of the schema of this name; empty where nothing. */
const broken = (name: string, body: unknown) => schemaOf(name).safeParse(body).error?.issues ?? [];

describe('an answer of the simulator is as OpenAI describes it', () => {
  const made = async () =>
    (await ask(ADMIN, `POST ${ACCOUNTS}`, { name: 'keyturn:1:1.1:2' })).body as { id: string; api_key: { id: string } };

  it.each([
    [KEY, 'GET /models', 'ListModelsResponse', 200],
    [ADMIN, `GET ${ACCOUNTS}?limit=1`, 'ProjectServiceAccountListResponse', 200],
    [ADMIN, `POST ${ACCOUNTS}`, 'ProjectServiceAccountCreateResponse', 200, { name: 'keyturn:1:1.1:1' }],
    [ADMIN, `GET ${KEYS}?limit=100&owner_project_access=any`, 'ProjectApiKeyListResponse', 200],
    [ADMIN, `GET ${KEYS}/${openAiKeyIdOf(KEY)}`, 'ProjectApiKey', 200],
    [ADMIN, 'GET /organization/admin_api_keys?limit=1', 'ApiKeyList', 200],
    ['sk-unknown', 'GET /models', 'ErrorResponse', 401],
    [ELSEWHERE, 'GET /models', 'ErrorResponse', 401],
    [ADMIN, 'GET /models', 'ErrorResponse', 403],
    [KEY, `GET ${ACCOUNTS}`, 'ErrorResponse', 403],
    [ADMIN, `GET ${ACCOUNTS}/user-none`, 'ErrorResponse', 404],
    [ADMIN, `POST ${ACCOUNTS}`, 'ErrorResponse', 400, {}],
  ])('%s: %s, %s', async (secret, call, name, status, body?: object) => {
    const answer = await ask(secret, call, body);
    expect({ status: answer.status, broken: broken(name, answer.body) }).toEqual({ status, broken: [] });
  });

  it('also of one account and its key, while they are there and as they go', async () => {
    const { id, api_key: key } = await made();
    const read = async (call: string) => (await ask(ADMIN, call)).body;
    expect(broken('ProjectServiceAccount', await read(`GET ${ACCOUNTS}/${id}`))).toEqual([]);
    expect(broken('ProjectApiKey', await read(`GET ${KEYS}/${key.id}`))).toEqual([]);
    expect(broken('ErrorResponse', await read(`DELETE ${KEYS}/${key.id}`))).toEqual([]);
    expect(broken('ProjectServiceAccountDeleteResponse', await read(`DELETE ${ACCOUNTS}/${id}`))).toEqual([]);
    expect(broken('ProjectApiKeyDeleteResponse', await read(`DELETE ${KEYS}/${openAiKeyIdOf(KEY)}`))).toEqual([]);
  });

  it('and would be said not to be where something of it is missing', () => {
    expect(broken('ProjectApiKey', { id: 'key_1', object: 'organization.project.api_key' })).not.toEqual([]);
    expect(broken('ListModelsResponse', { object: 'list', data: [{ id: 'gpt-5' }] })).not.toEqual([]);
  });
});
