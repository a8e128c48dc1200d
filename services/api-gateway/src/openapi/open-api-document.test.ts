import { openApiContract } from '@keyturn/testkit/open-api';
import { describe, expect, it } from 'vitest';
import { type Definition } from '../endpoint.ts';
import { PROBLEMS } from '../problems.ts';
import { endpointsOf } from '../routes/index.ts';
import { testApp } from '../testing/test-app.ts';

const read = (headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(testApp().app.request('/openapi.json', { headers }));

type Op = {
  operationId: string;
  description: string;
  security: object[];
  parameters?: { $ref?: string }[];
  responses: Record<string, { content?: object }>;
};
type Doc = { paths: Record<string, Record<string, Op>> };
const document = async (): Promise<Doc> => (await (await read()).json()) as Doc;
const definitions = (): Definition[] => endpointsOf({} as Parameters<typeof endpointsOf>[0]).map(({ definition }) => definition);

describe('/openapi.json', () => {
  it('is valid OpenAPI 3.1, and so is every example in it by its own schema', async () => {
    expect(await openApiContract(await document()).faults()).toEqual([]);
  }, 60_000); // it compiles every schema: seconds of one core, more on a busy machine

  it('is for anyone, and is sent again only when it changed', async () => {
    const first = await read();
    const etag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('public, no-cache');
    const again = await read({ 'if-none-match': `"other", W/${etag}` });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await read({ 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('names each operation once', async () => {
    const names = Object.values((await document()).paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(definitions().map(({ name }) => name)));
  });

  it('asks writes for a bearer token, or for a session with the header against forgery', async () => {
    const { paths } = await document();
    const write = paths['/api/v1/admin/credentials']?.['post'];
    expect(write?.security).toEqual([{ bearer: [] }, { session: [], csrf: [] }]);
    expect(write?.parameters).toContainEqual({ $ref: '#/components/parameters/Idempotency-Key' });
    expect(paths['/healthz']?.['get']?.security).toEqual([]);
  });

  it.each([
    ['registerConsumer', 'For the role admin.'],
    ['issueApiToken', 'For the role admin.'],
    ['revokeApiToken', 'For the role admin.'],
    ['mapLegacyUser', 'For the role admin.'],
    ['revealSecret', 'For the role admin; and for what is their own operator.'],
    ['requestRotation', 'For the roles admin, operator.'],
    ['changeManyCredentials', 'For the roles admin, operator.'],
    ['listCredentials', 'For the roles admin, operator, auditor.'],
    ['revokeSessions', 'For the role admin.'],
    ['changeOwnKey', 'For the roles admin, operator, user, each for what is their own.'],
    [
      'readLlmConfig',
      'For the roles admin, operator, auditor, user, each for what is their own; and for programs, by an API token or a token of the ' +
        'sign-in provider that names a consumer.',
    ],
    ['resolveCredential', 'For programs, by an API token or a token of the sign-in provider that names a consumer.'],
  ])('says who may %s', async (name, who) => {
    const operations = Object.values((await document()).paths).flatMap((methods) => Object.values(methods));
    expect(operations.find(({ operationId }) => operationId === name)?.description).toBe(who);
  });

  it.each([
    ['registerCredential', ['kek-exhausted', 'policy-invalid', 'tier-too-low']],
    ['giveRotationValue', ['kek-exhausted', 'approval-missing']],
    ['requestRotation', ['restore-unchecked']],
    ['revealSecret', ['version-unreadable']],
    ['revealOwnKey', ['version-unreadable']],
    ['changeOwnKey', ['version-unreadable', 'kek-exhausted']],
    ['readLlmConfig', ['version-unreadable', 'restore-unchecked']],
  ])('says what %s is refused for beside what it is about', async (name, codes) => {
    const operations = Object.values((await document()).paths).flatMap((methods) => Object.values(methods));
    const responses = JSON.stringify(operations.find(({ operationId }) => operationId === name)?.responses);
    for (const code of codes) expect(responses).toContain(`/problems/${code}"`);
  });

  it('says of a value that can’t be tested yet that it is accepted, and of no refusal', async () => {
    const given = (await document()).paths['/api/v1/admin/credentials/{credentialId}/rotations/{epoch}/value']?.['post']?.responses;
    expect(JSON.stringify(given)).not.toMatch(/test-(?:unreachable|rate-limited)/u);
    expect(JSON.stringify(given?.[422])).toContain('test-invalid');
    expect(JSON.stringify(given?.[202])).toMatch(/"status":"testing","sentence":"Stripe/u);
  });

  it('enumerates the codes of each status', async () => {
    const { paths } = await document();
    const conflict = paths['/api/v1/admin/credentials/{credentialId}/rotations']?.['post']?.responses['409'];
    expect(JSON.stringify(conflict)).toContain(
      '"enum":["change-open","command-reused","credential-deleting","credential-disabled","fields-missing","issuer-missing",' +
        '"nothing-to-rotate","restore-unchecked","rotation-open"]',
    );
  });
});

describe("a definition's example", () => {
  it.each(definitions().map((definition) => [definition.name, definition] as const))('of %s fits', (_name, { takes, answers, example }) => {
    expect(takes.safeParse({ params: {}, query: {}, ...example.takes }).error?.issues).toBeUndefined();
    const withBody = Object.entries(answers).flatMap(([status, schema]) => (schema ? [{ status: Number(status), schema }] : []));
    for (const { status, schema } of withBody) expect(schema.safeParse(example.answers[status]).error?.issues).toBeUndefined();
  });
});

it('documents no problem that there is not', async () => {
  const codes = [...JSON.stringify(await document()).matchAll(/"\/problems\/([\w-]+)"/g)].map(([, code]) => code ?? '');
  expect(Object.keys(PROBLEMS)).toEqual(expect.arrayContaining([...new Set(codes)]));
});
