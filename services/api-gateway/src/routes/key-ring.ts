import { AddKekBody, KekChanged, KeyRingView } from '@keyturn/contracts/api';
import { RewrapStarted } from '@keyturn/contracts/commands';
import { KekId } from '@keyturn/contracts/events';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import { beginRequest } from '../begin-request.ts';
import { inSteps } from '../clients/in-steps.ts';
import type { VaultClient } from '../clients/vault.ts';
import { stepIdOf } from '../command-id.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_KEK_ID, SAMPLE_KEY_RING, SAMPLE_REWRAP_STARTED } from '../samples/key-ring.ts';

type Deps = { readonly vault: VaultClient };

const OfKey = z.object({ params: z.object({ fingerprint: KekId }) });

const readKeyRing = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'readKeyRing',
      method: 'get',
      path: '/api/v1/keyring',
      tag: 'Key ring',
      summary: 'Shows the key-encryption keys, what hangs on each, who holds them, and the newest re-wrap',
      access: 'admin-read',
      takes: z.object({}),
      answers: { 200: KeyRingView },
      refuses: QUERY_PROBLEMS,
      example: { answers: { 200: SAMPLE_KEY_RING } },
    },
    async (_input, { actor }) => {
      const found = await vault.query('key-ring.view', { actor, data: {} });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const addKek = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'addKek',
      method: 'post',
      path: '/api/v1/keyring/keys',
      tag: 'Key ring',
      summary: "Takes a key into the ring that stands on the vault's hosts already",
      access: 'admin-only',
      sends: ['key-ring.add'],
      takes: z.object({ body: AddKekBody }),
      answers: { 201: KekChanged },
      refuses: [...COMMAND_PROBLEMS, 'recent-login-required', 'kek-unknown', 'kek-not-added'],
      example: { takes: { body: { kekId: SAMPLE_KEK_ID } }, answers: { 201: { kekId: SAMPLE_KEK_ID, state: 'added' } } },
    },
    async ({ body }, { actor, commandId, requestId }) => {
      const added = await vault.command('key-ring.add', { commandId, actor, correlationId: requestId, data: body });
      return added.ok ? ok({ status: 201, body: KekChanged.parse(added.value) }) : added;
    },
  );

const activateKek = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'activateKek',
      method: 'post',
      path: '/api/v1/keyring/keys/{fingerprint}/activate',
      tag: 'Key ring',
      summary: 'Makes an added key the one under which everything is wrapped, once every replica holds it',
      access: 'admin-only',
      sends: ['key-ring.activate'],
      takes: OfKey,
      answers: { 200: KekChanged },
      refuses: [...COMMAND_PROBLEMS, 'recent-login-required', 'kek-unknown', 'kek-not-added', 'kek-not-everywhere', 'rewrap-running'],
      example: {
        takes: { params: { fingerprint: SAMPLE_KEK_ID } },
        answers: { 200: { kekId: SAMPLE_KEK_ID, state: 'active' } },
      },
    },
    async ({ params: { fingerprint: kekId } }, { actor, commandId, requestId }) => {
      const activated = await vault.command('key-ring.activate', { commandId, actor, correlationId: requestId, data: { kekId } });
      return activated.ok ? ok({ status: 200, body: KekChanged.parse(activated.value) }) : activated;
    },
  );

const retireKek = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'retireKek',
      method: 'post',
      path: '/api/v1/keyring/keys/{fingerprint}/retire',
      tag: 'Key ring',
      summary: 'Ends a key on which nothing hangs any more',
      access: 'admin-only',
      sends: ['key-ring.retire'],
      takes: OfKey,
      answers: { 200: KekChanged },
      refuses: [...COMMAND_PROBLEMS, 'recent-login-required', 'kek-unknown', 'kek-not-retiring', 'kek-in-use'],
      example: {
        takes: { params: { fingerprint: SAMPLE_KEK_ID } },
        answers: { 200: { kekId: SAMPLE_KEK_ID, state: 'retired' } },
      },
    },
    async ({ params: { fingerprint: kekId } }, { actor, commandId, requestId }) => {
      const retired = await vault.command('key-ring.retire', { commandId, actor, correlationId: requestId, data: { kekId } });
      return retired.ok ? ok({ status: 200, body: KekChanged.parse(retired.value) }) : retired;
    },
  );

const rewrap = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'rewrap',
      method: 'post',
      path: '/api/v1/keyring/rewrap',
      tag: 'Key ring',
      summary: 'Starts re-wrapping everything under the active key, or answers the run that is under way',
      access: 'admin-only',
      sends: ['key-ring.rewrap'],
      takes: z.object({}),
      answers: { 202: RewrapStarted },
      refuses: [...COMMAND_PROBLEMS, 'recent-login-required'],
      example: { answers: { 202: SAMPLE_REWRAP_STARTED } },
    },
    async (_input, { actor, commandId, requestId }) => {
      const started = await vault.command('key-ring.rewrap', { commandId, actor, correlationId: requestId, data: {} });
      return started.ok ? ok({ status: 202, body: RewrapStarted.parse(started.value) }) : started;
    },
  );

/**
 * Three steps in one, each of which changes nothing where it is done already. Where one is refused, those before it stand, and a repeat
 * under another key goes on from there.
 */
const rotateKeyRing = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'rotateKeyRing',
      method: 'post',
      path: '/api/v1/keyring/rotate',
      tag: 'Key ring',
      summary: "Replaces the active key by one that stands on the vault's hosts already: takes it in, activates it, starts the re-wrap",
      access: 'admin-only',
      sends: ['request.begin', 'key-ring.add', 'key-ring.activate', 'key-ring.rewrap'],
      takes: z.object({ body: AddKekBody }),
      answers: { 202: RewrapStarted },
      refuses: [...COMMAND_PROBLEMS, 'recent-login-required', 'kek-unknown', 'kek-not-added', 'kek-not-everywhere', 'rewrap-running'],
      example: { takes: { body: { kekId: SAMPLE_KEK_ID } }, answers: { 202: SAMPLE_REWRAP_STARTED } },
    },
    async ({ body: data }, asking) => {
      const { actor, commandId, requestId } = asking;
      const begun = await beginRequest(vault, asking, { operation: 'rotateKeyRing', wish: data });
      if (!begun.ok) return begun;
      const steps = inSteps(vault);
      const asked = { actor, correlationId: requestId };
      const added = await steps.command('key-ring.add', { ...asked, commandId: stepIdOf(commandId, 'add'), data });
      if (!added.ok) return added;
      const activated = await steps.command('key-ring.activate', { ...asked, commandId: stepIdOf(commandId, 'activate'), data });
      if (!activated.ok) return activated;
      const started = await steps.command('key-ring.rewrap', { ...asked, commandId: stepIdOf(commandId, 'rewrap'), data: {} });
      return started.ok ? ok({ status: 202, body: RewrapStarted.parse(started.value) }) : started;
    },
  );

export const keyRingRoutes = (deps: Deps): Endpoint[] => [
  readKeyRing(deps),
  addKek(deps),
  activateKek(deps),
  retireKek(deps),
  rewrap(deps),
  rotateKeyRing(deps),
];
