import { noTestBecause } from '@keyturn/contracts';
import type { CredentialType, PublicFields } from '@keyturn/contracts';
import type { CredentialView, RegisteredCredential } from '@keyturn/contracts/api';
import type { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../../shared/api/api-problem.ts';
import { credentialQueries } from '../credentials/credential-queries.ts';
import type { Phase } from './use-form.ts';

const LOOK_EVERY_MS = 400;
const PATIENCE_MS = 60_000;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The test of a version outside a rotation failed: nothing has changed. */
const testFailed = ({ code, sentence }: NonNullable<CredentialView['failedChange']>): ApiProblem =>
  new ApiProblem({ type: `about:blank#${code}`, title: sentence, status: 422, code, detail: sentence, instance: '' });

/** What the form is busy with once it is sent: the answer waits for the test, where there is one. */
export const phaseOfSending = (type: CredentialType, publicFields: PublicFields): Phase =>
  noTestBecause(type, publicFields) === null ? 'testing' : 'sending';

/** Waits for the test of a version that is to become current. False: it goes on for longer than a person watches a dialog. */
const isDone = async (client: QueryClient, credentialId: string, version: number): Promise<boolean> => {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
    const { change, failedChange } = await client.fetchQuery({ ...credentialQueries.detail(credentialId), staleTime: 0 });
    if (failedChange?.version === version) throw testFailed(failedChange);
    if (change?.version !== version) return true;
    await pause(LOOK_EVERY_MS);
  }
  return false;
};

/** `isCurrent` is false where the test goes on for longer than the form waits. */
export type Made = { readonly version: number; readonly isCurrent: boolean };

/** The end of a change that the gateway's answer left open, because its test took long. */
export const madeCurrent = async (client: QueryClient, credentialId: string, version: number): Promise<Made> => ({
  version,
  isCurrent: await isDone(client, credentialId, version),
});

/** The same for a value that was brought. */
export const valueMade = (client: QueryClient, { credentialId, version, status }: RegisteredCredential): Promise<Made> =>
  status === 'committed' ? Promise.resolve({ version, isCurrent: true }) : madeCurrent(client, credentialId, version);
