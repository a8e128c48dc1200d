import { CredentialId } from '@keyturn/contracts';
import { TestList, TestOutcome } from '@keyturn/contracts/api';
import { TestAskedFor } from '@keyturn/contracts/commands';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { SAMPLE_TEST, SAMPLE_TEST_ASKED } from '../samples/lifecycle.ts';
import { type AwaitDeps, awaitTest } from './await-test.ts';

const PATH = '/api/v1/admin/credentials/{credentialId}/test';
const OfCredential = z.object({ credentialId: CredentialId });
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

export const credentialTestRoutes = (deps: AwaitDeps): Endpoint[] => [requestTest(deps), listTests(deps)];
