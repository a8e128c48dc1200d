import { randomUUID } from 'node:crypto';
import { SAMPLE_POLICY } from '@keyturn/dev-stack';
import { expect, inject } from 'vitest';
import { admin, readCredential } from './admin.ts';
import { ask, rotationsPath } from './ask.ts';
import { inOrders } from './orders-roles.ts';

const POLICY = { ...SAMPLE_POLICY, preflightMs: 0, graceMs: 200, soakMs: 200 };

export type ManagedRole = { readonly credentialId: string; readonly role: string; readonly password: string; readonly address: string };

/** A role that Keyturn's issuer may manage, and the credential of it. Nobody is asked to try its new value, and its waits are short. */
export const makeManagedRole = async (policy: object, fields: Readonly<Record<string, string>> = {}): Promise<ManagedRole> => {
  const orders = await readCredential(inject('stack').credentialId);
  const issuer = await readCredential(orders.issuer ?? '');
  const role = `decided_${randomUUID().slice(0, 8)}`;
  const password = `decided-${randomUUID()}`;
  const address = `system.postgres.${role.replace('_', '-')}`;
  await inOrders(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
  await inOrders(`GRANT ${role} TO ${issuer.publicFields['username']} WITH ADMIN TRUE`);
  const { credentialId } = await admin().register({
    address,
    credentialType: 'database_password',
    publicFields: { ...orders.publicFields, username: role, ...fields },
    secretFields: { password },
    issuer: issuer.credentialId,
    policy: { ...POLICY, ...policy },
  });
  return { credentialId, role, password, address };
};

/** A role whose only rotation failed: somebody rejected it. */
export const makeFailedRotation = async (): Promise<ManagedRole> => {
  const made = await makeManagedRole({ approvals: 1 });
  const { epoch } = await admin().rotate(made.credentialId);
  const no = { method: 'POST', token: inject('stack').endpoints.tokens.operator, body: { reason: 'it shall fail' } };
  expect((await ask(`${rotationsPath(made.credentialId)}/${epoch}/reject`, no)).status).toBe(200);
  return made;
};

/** Takes the role away from Keyturn's issuer again. */
export const revokeFromIssuer = async ({ credentialId, role }: ManagedRole): Promise<void> => {
  const issuer = await readCredential((await readCredential(credentialId)).issuer ?? '');
  await inOrders(`REVOKE ${role} FROM ${issuer.publicFields['username']}`);
};
