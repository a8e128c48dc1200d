import { CredentialView, type RegisterCredentialBody } from '@keyturn/contracts/api';
import { waitUntil } from '@keyturn/dev-stack';
import type { At, Held, Simulator } from '@keyturn/provider-simulators';
import { FAULT_POLICY, type FaultStack } from '../fault-stack.ts';

type Registration = Pick<RegisterCredentialBody, 'address' | 'credentialType' | 'publicFields' | 'secretFields'>;

/** A value that a person made. `id`: its own at the provider. */
export type First = { readonly value: string; readonly id: string; readonly registration: Registration };

/** A running stack, and a provider at which values are issued to it. */
export type IssuingLab = {
  readonly faults: FaultStack;
  /** Its calls can be stopped, and their answers lost. */
  readonly provider: Simulator;
  readonly issuer: Registration;
  /** Makes a first value; whatever lived there before is gone, save the issuer. */
  begin(): Promise<First>;
  /** All values that work there, save the issuer's. */
  living(): Promise<readonly string[]>;
  stop(): Promise<void>;
};

export type Victim = 'rotation-worker' | 'vault';

export const registerAt = async ({ faults }: IssuingLab, registration: Registration, issuer?: string): Promise<string> => {
  const by = issuer === undefined ? {} : { issuer };
  return (await faults.stack.api.register({ ...registration, policy: FAULT_POLICY, ...by })).credentialId;
};

/** One credential with such values, whose rotations are broken. */
export type IssuedRun = ReturnType<typeof issuedRun>;

export const issuedRun = (
  { faults, provider }: IssuingLab,
  { credentialId, first }: { readonly credentialId: string; readonly first: First },
) => {
  const { endpoints, api, services } = faults.stack;
  const ask = async (method: string, path: string, body?: object): Promise<{ readonly status: number; readonly text: string }> => {
    const response = await fetch(`${endpoints.gatewayUrl}/api/v1/admin/credentials/${credentialId}${path}`, {
      method,
      headers: { authorization: `Bearer ${endpoints.tokens.admin}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };
  const read = async (): Promise<CredentialView> => CredentialView.parse(JSON.parse((await ask('GET', '')).text));
  const killAt = async (held: Held, victim: Victim): Promise<void> => {
    await held.arrived;
    await services[victim].kill();
    held.release();
  };
  return {
    first,
    rotate: async (): Promise<number> => (await api.rotate(credentialId)).epoch,
    /** Waits until no rotation is open and nothing owed; while somebody is down the credential can't be read. */
    atRest: async (): Promise<CredentialView> => {
      const isAtRest = async (): Promise<boolean> => {
        const seen = await read().catch(() => null);
        return seen !== null && seen.openEpoch === null && seen.ledger.length === 0;
      };
      await waitUntil(isAtRest, { timeoutMs: 120_000, everyMs: 200 });
      return await read();
    },
    /** What a test of the current version says. */
    test: async (): Promise<string> => (await ask('POST', '/test', {})).text,
    cancel: async (epoch: number): Promise<number> =>
      (await ask('POST', `/rotations/${epoch}/cancel`, { reason: 'nobody is there to go on' })).status,
    killAt,
    /** Kills somebody when a rotation is at the point, and starts them anew. */
    rotateUntilKilled: async (at: At, victim: Victim): Promise<void> => {
      const held = provider.hold(at);
      await api.rotate(credentialId);
      await killAt(held, victim);
      await services[victim].restart();
    },
  };
};
