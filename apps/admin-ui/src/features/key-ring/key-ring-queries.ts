import { KekChanged, KeyRingView } from '@keyturn/contracts/api';
import { RewrapStarted } from '@keyturn/contracts/commands';
import { queryOptions } from '@tanstack/react-query';
import { keyRingKey } from '../../shared/api/credential-keys.ts';
import { readAgainIn } from '../../shared/api/read-again-in.ts';
import { get, post } from '../../shared/api/request.ts';

const PATH = '/api/v1/keyring';
/** Replicas beat without an event; a re-wrap's own events come between. */
const LEVEL_MS = 10_000;
const RUNNING_MS = 2000;

export const keyRingQueries = {
  view: () =>
    queryOptions({
      queryKey: keyRingKey,
      queryFn: ({ signal }) => get(PATH, KeyRingView, { signal }),
      refetchInterval: ({ state }) => readAgainIn(state, state.data?.rewrap?.status === 'running' ? RUNNING_MS : LEVEL_MS),
    }),
};

export const addKek = (kekId: string, idempotencyKey: string): Promise<KekChanged> =>
  post(`${PATH}/keys`, { body: { kekId }, idempotencyKey }, KekChanged);

const ofKey = (kekId: string): string => `${PATH}/keys/${encodeURIComponent(kekId)}`;

export const activateKek = (kekId: string, idempotencyKey: string): Promise<KekChanged> =>
  post(`${ofKey(kekId)}/activate`, { body: {}, idempotencyKey }, KekChanged);

export const retireKek = (kekId: string, idempotencyKey: string): Promise<KekChanged> =>
  post(`${ofKey(kekId)}/retire`, { body: {}, idempotencyKey }, KekChanged);

export const startRewrap = (idempotencyKey: string): Promise<RewrapStarted> =>
  post(`${PATH}/rewrap`, { body: {}, idempotencyKey }, RewrapStarted);
