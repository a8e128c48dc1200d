import { expect } from 'vitest';
import type { Result } from '@keyturn/kernel';
import type { Fence, ProviderRefusal } from '../../src/index.ts';
import { postgresProvider, type PostgresFields } from '../../src/postgres/index.ts';
import { anywhere } from './databases-at.ts';
import { superuser, type SampleDatabase } from './sample-database.ts';

export const postgres = postgresProvider({ connectTimeoutMs: 5_000, egress: anywhere });

export const fenceOf = (credentialId: string, epoch: number, version: number, incarnation = 1): Fence => ({
  credentialId,
  incarnation,
  epoch,
  version,
});

/** Takes the value, and shows the refusal's sentence where there is none. */
export const accepted = async <T>(outcome: Promise<Result<T, ProviderRefusal>>): Promise<T> => {
  const result = await outcome;
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusal)}`);
  return result.value;
};

export const refused = async <T>(outcome: Promise<Result<T, ProviderRefusal>>): Promise<ProviderRefusal> => {
  const result = await outcome;
  if (result.ok) throw new Error(`not refused: ${JSON.stringify(result.value)}`);
  return result.refusal;
};

/** Plans and applies the next version, as the worker does, up to where it could be committed. */
export const stageNext = async (input: {
  readonly sample: SampleDatabase;
  readonly live: readonly PostgresFields[];
  readonly fence: Fence;
  readonly issuer?: PostgresFields;
}): Promise<PostgresFields> => {
  const { sample, live, fence, issuer = superuser() } = input;
  const { owner, first } = sample;
  const liveUsernames = live.map(({ username }) => username);
  const { credentialId } = fence;
  const { fields } = await accepted(postgres.planCandidate({ issuer, owner, current: live.at(-1) ?? first, liveUsernames, credentialId }));
  await accepted(postgres.apply({ issuer, fence, owner, fields }));
  expect(await postgres.test({ fields, owner })).toMatchObject({ verdict: 'valid' });
  return fields;
};
