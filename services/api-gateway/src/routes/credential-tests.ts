import { TestList, TestOutcome, TriedValue, TryValueBody } from '@keyturn/contracts/api';
import { TestAskedFor } from '@keyturn/contracts/commands';
import { SYSTEM_SCOPE } from '@keyturn/contracts/scopes';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import { createdIdOf, type NewId } from '../command-id.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS, QUERY_PROBLEMS, SEALED_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_CREDENTIAL_ID, SAMPLE_PUBLIC_FIELDS } from '../samples/ids.ts';
import { SAMPLE_TEST, SAMPLE_TEST_ASKED } from '../samples/lifecycle.ts';
import { tryValue } from '../try-value.ts';
import { type AwaitDeps, awaitTest } from './await-test.ts';
import { secretOf, unkeyed } from './brought-secret.ts';
import { OfCredential } from './of-credential.ts';

type Deps = AwaitDeps & { readonly newId: NewId };

const PATH = '/api/v1/admin/credentials/{credentialId}/test';
const params = { credentialId: SAMPLE_CREDENTIAL_ID };

const requestTest = ({ vault, testWaitMs }: AwaitDeps): Endpoint =>
  endpoint(
    {
      name: 'testCredential',
      method: 'post',
      path: PATH,
      tag: 'Credentials',
      summary: 'Tests the current version at its provider, now; whatever comes of it is recorded, and changes nothing',
      access: 'admin-write',
      sends: ['credential.request-test'],
      takes: z.object({ params: OfCredential }),
      answers: { 200: TestOutcome, 202: TestOutcome },
      tells: ['Location'],
      refuses: [
        ...COMMAND_PROBLEMS,
        'credential-unknown',
        'credential-deleted',
        'credential-deleting',
        'change-open',
        'no-test',
        'test-unreachable',
      ],
      example: {
        takes: { params },
        answers: {
          200: { ...SAMPLE_TEST_ASKED, status: 'tested', test: SAMPLE_TEST },
          202: { ...SAMPLE_TEST_ASKED, status: 'testing', test: null },
        },
      },
    },
    async ({ params: { credentialId } }, { actor, commandId, requestId }) => {
      const asked = await vault.command('credential.request-test', { commandId, actor, correlationId: requestId, data: { credentialId } });
      if (!asked.ok) return asked;
      const { version, testId } = TestAskedFor.parse(asked.value);
      const test = await awaitTest({ vault, testWaitMs }, actor, { credentialId, testId });
      if (!test.ok) return test;
      const body = { credentialId, version, testId, status: test.value ? 'tested' : 'testing', test: test.value };
      const headers = { location: `/api/v1/admin/credentials/${credentialId}/test` };
      return ok({ status: test.value ? 200 : 202, body, headers });
    },
  );

const listTests = ({ vault }: AwaitDeps): Endpoint =>
  endpoint(
    {
      name: 'listTests',
      method: 'get',
      path: PATH,
      tag: 'Credentials',
      summary: 'Lists the last tests of its versions, the newest first, and the one that is under way',
      access: 'admin-read',
      takes: z.object({ params: OfCredential }),
      answers: { 200: TestList },
      refuses: [...QUERY_PROBLEMS, 'credential-unknown'],
      example: { takes: { params }, answers: { 200: { noTestBecause: null, open: null, items: [SAMPLE_TEST] } } },
    },
    async ({ params: data }, { actor }) => {
      const found = await vault.query('credential.tests', { actor, data });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const TRIED: TriedValue = { verdict: 'valid', sentence: SAMPLE_TEST.sentence, elapsedMs: 14, at: SAMPLE_TEST.at };

const tryBeforeSaving = ({ newId, ...deps }: Deps): Endpoint =>
  endpoint(
    {
      name: 'testValue',
      method: 'post',
      path: '/api/v1/admin/credentials/test',
      tag: 'Credentials',
      summary: 'Tests a value at its provider before it is saved; that it was tested is recorded, and nothing of it is kept',
      access: 'admin-write',
      sends: ['credential.register'],
      takes: z.object({ body: TryValueBody }),
      answers: { 200: TriedValue, 202: TriedValue },
      refuses: [...COMMAND_PROBLEMS, ...SEALED_PROBLEMS, 'fields-invalid', 'no-test', 'credential-exists', 'credential-unknown'],
      example: {
        takes: {
          body: {
            credentialType: 'database_password',
            publicFields: SAMPLE_PUBLIC_FIELDS,
            secretFields: { password: 'a password to try' },
          },
        },
        answers: { 200: TRIED, 202: { verdict: 'testing', sentence: null, elapsedMs: null, at: null } },
      },
    },
    async ({ body }, { actor, commandId, idempotencyKey, requestId }) => {
      const { secretFields, sealed, credentialId: chosen, ...about } = body;
      if (sealed && idempotencyKey === undefined) return unkeyed(requestId);
      const credentialId = chosen ?? createdIdOf(idempotencyKey, commandId, newId);
      const secret = secretOf(credentialId, { secretFields, sealed });
      const sent = { commandId, actor, correlationId: requestId, scope: SYSTEM_SCOPE, credentialId };
      const tried = await tryValue(deps, { ...sent, ...about, ...secret });
      return tried.ok ? ok({ status: tried.value.verdict === 'testing' ? 202 : 200, body: tried.value }) : tried;
    },
  );

export const credentialTestRoutes = (deps: Deps): Endpoint[] => [tryBeforeSaving(deps), requestTest(deps), listTests(deps)];
