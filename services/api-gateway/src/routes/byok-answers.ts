import { AddByokKeyBody, ByokKeyDeleted, ByokKeyList, ByokKeySaved, ByokTestResult, type TriedValue } from '@keyturn/contracts/api';
import { ListCursor, type TestView } from '@keyturn/contracts/queries';
import type { Refusal } from '@keyturn/contracts/refusals';
import { partsOf } from '@keyturn/contracts';
import { ok, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import { addKey, type BroughtKey, type ChangeDeps, deleteKey, type SavedKey, testKey, tryKey } from '../byok/change-keys.ts';
import { findKey, type Owner, ownerOf, pageOfKeys, type WhichKey } from '../byok/own-keys.ts';
import { type Answer, type Asked, type Endpoint, endpoint } from '../endpoint.ts';
import { etagOf } from '../if-match.ts';
import { AUDIT_PROBLEMS, COMMAND_PROBLEMS, MOVE_PROBLEMS, QUERY_PROBLEMS, SEALED_PROBLEMS } from '../problem-groups.ts';
import { problemResponse } from '../problems.ts';
import { SAMPLE_KEY, SAMPLE_KEY_TEST } from '../samples/byok.ts';
import { SAMPLE_KEY_ID } from '../samples/ids.ts';
import { TEST_PROBLEMS } from './await-test.ts';
import { unkeyed } from './brought-secret.ts';
import { CREDENTIAL_GONE } from './of-credential.ts';

// What is answered under `/api/v1/byok` and under the older paths: one implementation, two sets of names.

type Named = { readonly name: string; readonly path: string };

/** A session from before issuers were kept says nobody whose keys these are: it takes a new sign-in. */
export const forOwner = (
  { actor, requestId }: Asked,
  answer: (owner: Owner) => Promise<Result<Answer, Refusal>>,
): Promise<Result<Answer, Refusal> | Response> => {
  const owner = ownerOf(actor);
  return owner ? answer(owner) : Promise.resolve(problemResponse('unauthenticated', requestId));
};

export const CHANGE_PROBLEMS = [
  ...COMMAND_PROBLEMS,
  ...CREDENTIAL_GONE,
  ...TEST_PROBLEMS,
  ...MOVE_PROBLEMS,
  'change-open',
  'rotation-open',
  'version-out-of-order',
] as const;

export const answerSaved = ({ saved, revision }: SavedKey, committed: 200 | 201): Answer => ({
  status: saved.status === 'testing' ? 202 : committed,
  body: saved,
  headers: { etag: etagOf(revision) },
});

const Page = z.object({ cursor: ListCursor.optional(), limit: z.coerce.number().int().min(1).max(100).optional() });

export const listing = (deps: ChangeDeps, { name, path }: Named): Endpoint =>
  endpoint(
    {
      name,
      method: 'get',
      path,
      tag: 'Bring your own key',
      summary: 'Lists one’s own keys, masked, with their tests and their use',
      access: 'own-read',
      takes: z.object({ query: Page }),
      answers: { 200: ByokKeyList },
      refuses: [...QUERY_PROBLEMS, ...AUDIT_PROBLEMS],
      example: { takes: { query: { limit: '50' } }, answers: { 200: { keys: [SAMPLE_KEY], next_cursor: null, total: 1 } } },
    },
    ({ query }, asked) =>
      forOwner(asked, async (owner) => {
        const page = await pageOfKeys(deps, owner, query);
        return page.ok ? ok({ status: 200, body: page.value }) : page;
      }),
  );

export const adding = (deps: ChangeDeps, { name, path }: Named): Endpoint =>
  endpoint(
    {
      name,
      method: 'post',
      path,
      tag: 'Bring your own key',
      summary: 'Adds a key of one’s own, or gives the one of that name a new value; tested first where there is a test',
      access: 'own-write',
      sends: ['request.begin', 'credential.register', 'credential.stage-value', 'credential.change-details'],
      takes: z.object({ body: AddByokKeyBody }),
      answers: { 201: ByokKeySaved, 202: ByokKeySaved },
      tells: ['ETag'],
      refuses: [
        ...CHANGE_PROBLEMS,
        ...SEALED_PROBLEMS,
        'tier-too-low',
        'fields-invalid',
        'address-taken',
        'credential-exists',
        'credential-disabled',
      ],
      example: {
        takes: { body: { provider: 'openai', api_key: 'sk-proj-0123456789abcdef', label: 'Work' } },
        answers: {
          201: { message: 'The key of OpenAI is saved.', status: 'committed', key: SAMPLE_KEY },
          202: { message: 'The key of OpenAI is being tested.', status: 'testing', key: { ...SAMPLE_KEY, test_status: 'testing' } },
        },
      },
    },
    async ({ body }, asked) => {
      if (body.sealed && asked.idempotencyKey === undefined) return unkeyed(asked.requestId);
      return forOwner(asked, async (owner) => {
        const added = await addKey(deps, owner, asked, body);
        return added.ok ? ok(answerSaved(added.value, 201)) : added;
      });
    },
  );

/** A path that names one key, in its own way. */
type OfOne<T extends z.ZodObject> = Named & {
  readonly takes: T;
  readonly example: Readonly<Record<string, unknown>>;
  readonly which: (input: z.output<T>) => WhichKey;
};
type OfTest<T extends z.ZodObject> = OfOne<T> & {
  /** A key that isn't saved, where the request brings one. */
  readonly brought?: (input: z.output<T>) => BroughtKey | null;
};

export const deleting = <T extends z.ZodObject>(deps: ChangeDeps, { name, path, takes, example, which }: OfOne<T>): Endpoint =>
  endpoint(
    {
      name,
      method: 'delete',
      path,
      tag: 'Bring your own key',
      summary: 'Deletes a key of one’s own from Keyturn; at the provider it lives on until its owner revokes it there',
      access: 'own-write',
      sends: ['credential.delete', 'credential.delete-only'],
      takes,
      answers: { 200: ByokKeyDeleted },
      ifMatch: 'credential-changed',
      ifMatchIsOptional: true,
      refuses: [
        ...COMMAND_PROBLEMS,
        'credential-unknown',
        'credential-ambiguous',
        'change-open',
        'rotation-open',
        'ledger-open',
        'version-held',
        'issuer-in-use',
      ],
      example: { takes: example, answers: { 200: { message: 'The key is deleted.', key_id: SAMPLE_KEY_ID, status: 'deleted' } } },
    },
    (input, asked) =>
      forOwner(asked, async (owner) => {
        const deleted = await deleteKey(deps, owner, asked, which(input));
        if (!deleted.ok) return deleted;
        const { credentialId: key_id, status } = deleted.value;
        return ok({ status: 200, body: { message: 'The key is deleted.', key_id, status } satisfies ByokKeyDeleted });
      }),
  );

const resultOf = (test: TestView | null): Omit<ByokTestResult, 'key_id' | 'provider'> =>
  test
    ? { test_status: test.verdict, sentence: test.sentence, tested_at: test.at, elapsed_ms: test.elapsedMs }
    : { test_status: 'testing', sentence: null, tested_at: null, elapsed_ms: null };

const BROUGHT_PROBLEMS = [...SEALED_PROBLEMS, 'tier-too-low', 'fields-invalid', 'credential-exists'] as const;

const answerTrial = (tried: Result<TriedValue, Refusal>, provider: string): Result<Answer, Refusal> => {
  if (!tried.ok) return tried;
  const { verdict: test_status, sentence, at: tested_at, elapsedMs: elapsed_ms } = tried.value;
  const body: ByokTestResult = { key_id: null, provider, test_status, sentence, tested_at, elapsed_ms };
  return ok({ status: test_status === 'testing' ? 202 : 200, body });
};

export const testing = <T extends z.ZodObject>(deps: ChangeDeps, { name, path, takes, example, which, brought }: OfTest<T>): Endpoint =>
  endpoint(
    {
      name,
      method: 'post',
      path,
      tag: 'Bring your own key',
      summary: brought
        ? 'Tests a key at its provider, now, and changes nothing: the stored one, or one in the body before it is saved'
        : 'Tests a stored key at its provider, now; changes nothing',
      access: 'own-write',
      sends: ['credential.request-test', ...(brought ? (['credential.register'] as const) : [])],
      takes,
      answers: { 200: ByokTestResult, 202: ByokTestResult },
      refuses: [
        ...COMMAND_PROBLEMS,
        ...CREDENTIAL_GONE,
        'change-open',
        'no-test',
        'test-unreachable',
        ...(brought ? BROUGHT_PROBLEMS : []),
      ],
      example: {
        takes: example,
        answers: {
          200: SAMPLE_KEY_TEST,
          202: { ...SAMPLE_KEY_TEST, test_status: 'testing', sentence: null, tested_at: null, elapsed_ms: null },
        },
      },
    },
    async (input, asked) => {
      const key = brought?.(input) ?? null;
      if (key?.sealed && asked.idempotencyKey === undefined) return unkeyed(asked.requestId);
      return forOwner(asked, async (owner) => {
        if (key) return answerTrial(await tryKey(deps, owner, asked, key), key.provider);
        const found = await findKey(deps, owner, which(input));
        if (!found.ok) return found;
        const test = await testKey(deps, owner, asked, found.value);
        if (!test.ok) return test;
        const { credentialId: key_id, address } = found.value;
        const body: ByokTestResult = { key_id, provider: partsOf(address).service, ...resultOf(test.value) };
        return ok({ status: test.value ? 200 : 202, body });
      });
    },
  );
