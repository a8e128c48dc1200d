import { ok, refuse } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { OutcomeUnknown, ServiceUnavailable } from '../faults.ts';
import { GATEWAY_ACTOR } from '../identity/identity.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { memoryVault } from '../testing/memory-services.ts';
import { inSteps } from './in-steps.ts';

const data = { credentialId: SAMPLE_CREDENTIAL_ID };
const command = { commandId: 'c', actor: GATEWAY_ACTOR, correlationId: 'r', data };
const AWAY = new ServiceUnavailable('vault');
const away = (name: string, before: object = {}) => inSteps(memoryVault({ ...before, [name]: AWAY as never }));

describe('the vault, in steps', () => {
  it('says that nothing was done while that is so: at the first step, and after one that was refused', async () => {
    const steps = away('credential.request-test', { 'credential.enable': refuse({ code: 'credential-unknown' }) });
    await expect(steps.command('credential.request-test', command)).rejects.toBe(AWAY);
    expect(await steps.command('credential.enable', command)).toMatchObject({ ok: false });
    await expect(steps.command('credential.request-test', command)).rejects.toBe(AWAY);
  });
  it.each([
    ['step', 'credential.request-test', (steps: ReturnType<typeof away>) => steps.command('credential.request-test', command)],
    ['reading', 'credential.get', (steps: ReturnType<typeof away>) => steps.query('credential.get', { actor: GATEWAY_ACTOR, data })],
  ] as const)('says after a step that was done that the outcome is unknown where the next %s gets no answer', async (_what, name, next) => {
    const steps = away(name, { 'credential.enable': ok({}) });
    await steps.command('credential.enable', command);
    await expect(next(steps)).rejects.toThrow(OutcomeUnknown);
  });
  it('passes on what is no outage', async () => {
    const bug = new Error('a bug');
    const steps = inSteps(memoryVault({ 'credential.request-test': bug as never }));
    await steps.command('credential.enable', command);
    await expect(steps.command('credential.request-test', command)).rejects.toBe(bug);
  });
});
