import type { CredentialView } from '@keyturn/contracts/api';
import type { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../../shared/api/api-problem.ts';
import { strings } from '../../strings.ts';
import { credentialQueries } from '../credentials/credential-queries.ts';

const LOOK_EVERY_MS = 400;
const PATIENCE_MS = 60_000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The test of a version outside a rotation failed: nothing has changed. `test-unreachable` is a provider that nobody could ask. */
const testFailed = ({ code, sentence }: NonNullable<CredentialView['failedChange']>): ApiProblem =>
  new ApiProblem({
    type: `about:blank#${code}`,
    title: strings.forms.testFailed,
    status: 422,
    code,
    detail: sentence,
    instance: '',
  });

/** Waits for the test of a version that is to become current. False: it goes on for longer than a person watches a dialog. */
export const changeIsDone = async (client: QueryClient, credentialId: string, version: number): Promise<boolean> => {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
    const { change, failedChange } = await client.fetchQuery({ ...credentialQueries.detail(credentialId), staleTime: 0 });
    if (failedChange?.version === version) throw testFailed(failedChange);
    if (change?.version !== version) return true;
    await pause(LOOK_EVERY_MS);
  }
  return false;
};
