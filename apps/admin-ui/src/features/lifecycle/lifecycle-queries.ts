import { DeletionOutcome, LeftoverSettled, RevealedSecret, RollBackOutcome, VersionComparison, VersionList } from '@keyturn/contracts/api';
import type { CredentialView, DeleteCredentialBody, RollBackBody } from '@keyturn/contracts/api';
import { queryOptions } from '@tanstack/react-query';
import { z } from 'zod';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get, post, write } from '../../shared/api/request.ts';
import { newId } from '../../shared/time/clock.ts';

const of = (credentialId: string): string => `/api/v1/admin/credentials/${encodeURIComponent(credentialId)}`;
const LEVEL_MS = 30_000;

export const lifecycleQueries = {
  /** Below the detail's key: whatever makes that stale makes this stale. */
  versions: (credentialId: string) =>
    queryOptions({
      queryKey: [...credentialKeys.detail(credentialId), 'versions'] as const,
      queryFn: ({ signal }) => get(`${of(credentialId)}/versions`, VersionList, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, LEVEL_MS),
    }),
  comparison: (credentialId: string, a: number, b: number) =>
    queryOptions({
      queryKey: [...credentialKeys.detail(credentialId), 'comparison', a, b] as const,
      queryFn: ({ signal }) => get(`${of(credentialId)}/versions/compare?a=${a}&b=${b}`, VersionComparison, { signal }),
      staleTime: Infinity,
    }),
};

type Seen = Pick<CredentialView, 'credentialId' | 'revision'>;

export const deleteCredential = (
  { credentialId, revision }: Seen,
  body: DeleteCredentialBody,
  idempotencyKey: string,
): Promise<DeletionOutcome> => write('DELETE', of(credentialId), { body, idempotencyKey, revision }, DeletionOutcome);

export type BackTo = RollBackBody & { readonly version: number };

export const rollBackTo = ({ credentialId, revision }: Seen, body: BackTo, idempotencyKey: string): Promise<RollBackOutcome> =>
  post(`${of(credentialId)}/rollback`, { body, idempotencyKey, revision }, RollBackOutcome);

export const settleLeftover = (credentialId: string, version: number, reason: string, idempotencyKey: string): Promise<LeftoverSettled> =>
  post(`${of(credentialId)}/versions/${version}/settle`, { body: { reason }, idempotencyKey }, LeftoverSettled);

const Fields = z.object({ fields: z.record(z.string(), z.string()) });

type Sealed = NonNullable<RevealedSecret['sealed']>;

/**
 * Has a secret sealed to a key of this page's own, which is forgotten with the answer. Called directly, never through a query or a
 * mutation: their caches would keep the secret. Null where what came can't be opened.
 */
export const revealSealed = async (ask: (recipientKey: string) => Promise<{ readonly sealed?: Sealed | undefined }>) => {
  const { newRevealKey } = await import('@keyturn/sealing/browser'); // the cryptography comes when it is needed
  const key = await newRevealKey();
  const { sealed } = await ask(key.publicKey);
  const opened = sealed === undefined ? null : await key.open(sealed);
  return Fields.safeParse(opened?.reveal()).data?.fields ?? null;
};

export const revealSecret = (credentialId: string, reason: string): Promise<Readonly<Record<string, string>> | null> =>
  revealSealed((recipientKey) =>
    post(`${of(credentialId)}/reveal`, { body: { reason, recipientKey }, idempotencyKey: newId() }, RevealedSecret),
  );
