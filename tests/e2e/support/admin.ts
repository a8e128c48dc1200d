import { followRotation, gatewayClient, type GatewayClient } from '@keyturn/dev-stack';
import type { CredentialView, RotationView } from '@keyturn/contracts/api';
import { CredentialView as CredentialSchema } from '@keyturn/contracts/api';
import { inject } from 'vitest';
import { ask, credentialPath, rotationsPath } from './ask.ts';

const TIMEOUT_MS = 60_000;

/** The admin API with the admin's token. */
export const admin = (): GatewayClient => {
  const { gatewayUrl, tokens } = inject('stack').endpoints;
  return gatewayClient({ gatewayUrl, token: tokens.admin });
};

export const readCredential = async (credentialId: string): Promise<CredentialView> =>
  CredentialSchema.parse((await ask(credentialPath(credentialId))).json);

/** Rotates, and waits for the end, whichever it is. */
export const rotateToEnd = async (
  credentialId: string,
  onChange: (rotation: RotationView) => void = () => undefined,
): Promise<RotationView> => {
  const api = admin();
  const { epoch } = await api.rotate(credentialId);
  return await followRotation(api, { credentialId, epoch }, { timeoutMs: TIMEOUT_MS, onChange });
};

/** One rotation for a test that needs its history. */
export const completeRotation = async (credentialId: string): Promise<void> => {
  const { status, sentence } = await rotateToEnd(credentialId);
  if (status !== 'completed') throw new Error(`the rotation is ${status}: ${sentence}`);
};

/** Waits for the end of a rotation that another test left open. */
export const untilSteady = async (credentialId: string): Promise<void> => {
  const { openEpoch } = await readCredential(credentialId);
  if (openEpoch !== null) await followRotation(admin(), { credentialId, epoch: openEpoch }, { timeoutMs: TIMEOUT_MS });
};

/** Cancels the rotation that is open, if one is. */
export const cancelOpen = async (credentialId: string): Promise<void> => {
  const { openEpoch } = await readCredential(credentialId);
  const body = { reason: 'the test is over' };
  if (openEpoch !== null) await ask(`${rotationsPath(credentialId)}/${openEpoch}/cancel`, { method: 'POST', body });
};
