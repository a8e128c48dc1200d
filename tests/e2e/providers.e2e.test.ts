import { randomBytes } from 'node:crypto';
import { followRotation, freePort, SAMPLE_POLICY } from '@keyturn/dev-stack';
import { describe, expect, inject, it } from 'vitest';
import { admin, readCredential } from './support/admin.ts';
import { inOrders, logsIn } from './support/orders-roles.ts';

const { endpoints } = inject('stack');
const at = new URL(endpoints.ordersDatabaseUrl);
const secret = (): string => randomBytes(18).toString('base64url');

/** A role of its own in the orders database, as a credential whose issuer is reached at `port` with `issuerPassword`. */
const register = async (name: string, { port = at.port, issuerPassword = secret() } = {}) => {
  const role = `e2e_${name}`;
  const password = secret();
  await inOrders(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
  const publicFields = { host: at.hostname, port, database: 'orders' };
  const issuer = await admin().register({
    address: `system.postgres.e2e-${name}-issuer`,
    credentialType: 'database_password',
    publicFields: { ...publicFields, username: 'orders_issuer' },
    secretFields: { password: issuerPassword },
    untested: 'import', // whether it works or not
  });
  const { credentialId } = await admin().register({
    address: `system.postgres.e2e-${name}`,
    credentialType: 'database_password',
    publicFields: { ...publicFields, username: role },
    secretFields: { password },
    untested: 'import',
    issuer: issuer.credentialId,
    policy: SAMPLE_POLICY,
  });
  return { credentialId, role, password };
};

/** Version 1 is current as before, nothing was made at the provider, and nothing is left over. */
const expectUntouched = async ({ credentialId, role, password }: Awaited<ReturnType<typeof register>>): Promise<void> => {
  const { current, generation, openEpoch, versions, ledger } = await readCredential(credentialId);
  expect({ current, generation, openEpoch, ledger }).toEqual({ current: 1, generation: 1, openEpoch: null, ledger: [] });
  expect(versions.map(({ version, status }) => ({ version, status }))).toEqual([{ version: 1, status: 'current' }]);
  expect(await logsIn(role, password)).toBe(true);
  expect(await inOrders('SELECT rolname FROM pg_roles WHERE rolname LIKE $1', [`${role}%`])).toEqual([{ rolname: role }]);
};

describe('a rotation', () => {
  it('whose issuer has a wrong password fails, the old version goes on, and the next one may be asked for', async () => {
    const registered = await register('denied');
    const { credentialId } = registered;
    const { epoch } = await admin().rotate(credentialId);
    const ended = await followRotation(admin(), { credentialId, epoch }, { timeoutMs: 30_000 });
    expect(ended).toMatchObject({ status: 'failed', to: null, failure: { step: 'stage', code: 'issuer-denied' } });
    expect(JSON.stringify(ended)).not.toContain(registered.password);
    await expectUntouched(registered);
    const next = await admin().rotate(credentialId);
    expect(next.epoch).toBe(epoch + 1);
    await followRotation(admin(), next, { timeoutMs: 30_000 });
    await expectUntouched(registered);
  });

  it('whose provider is down fails in the end, and the old version goes on', async () => {
    const registered = await register('down', { port: String(await freePort()) });
    const { credentialId } = registered;
    const { epoch } = await admin().rotate(credentialId);
    const ended = await followRotation(admin(), { credentialId, epoch }, { timeoutMs: 150_000 });
    expect(ended).toMatchObject({ status: 'failed', to: null, failure: { step: 'stage', code: 'provider-unreachable' } });
    await expectUntouched(registered);
  });
});
