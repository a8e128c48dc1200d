import { randomUUID } from 'node:crypto';
import { RotationView } from '@keyturn/contracts/api';
import type { DryRun } from '@keyturn/contracts/queries';
import { followRotation, SAMPLE_POLICY } from '@keyturn/dev-stack';
import { expect, inject, it } from 'vitest';
import { admin, readCredential } from './support/admin.ts';
import { ask, credentialPath, expectProblem, rotationsPath } from './support/ask.ts';
import { inOrders } from './support/orders-roles.ts';

// A role of Postgres that can have no second one beside it: whoever says so accepts that there is no overlap, and sets each next password.

it('A single role is rotated by a person, who was warned, and the old password is proved dead at the server', async () => {
  const { publicFields: place } = await readCredential(inject('stack').credentialId);
  const role = `alone_${randomUUID().slice(0, 8)}`;
  const [old, next] = [`old-${randomUUID()}`, `next-${randomUUID()}`];
  await inOrders(`CREATE ROLE ${role} LOGIN PASSWORD '${old}'`);
  const { credentialId } = await admin().register({
    address: `system.postgres.${role.replace('_', '-')}`,
    credentialType: 'database_password',
    publicFields: { ...place, username: role },
    secretFields: { password: old },
    policy: { ...SAMPLE_POLICY, preflightMs: 0, graceMs: 0 },
  });
  const path = rotationsPath(credentialId);
  expectProblem(await ask(path, { method: 'POST', body: {} }), 409, 'issuer-missing');

  const edited = await ask(credentialPath(credentialId), { method: 'PATCH', body: { publicFields: { roles: 'single' } } });
  expect({ status: edited.status, text: edited.text }).toMatchObject({ status: expect.toSatisfy((status: number) => status < 300) });
  await expect.poll(async () => (await readCredential(credentialId)).publicFields['roles'], { timeout: 20_000 }).toBe('single');
  const before = (await readCredential(credentialId)).current;
  expect(JSON.stringify(await admin().timeline(credentialId))).toContain('roles');
  const would = (await ask(`${path}/dry-run`, { method: 'POST', body: {} })).json as DryRun;
  expect(would).toMatchObject({ strategy: 'assisted', overlap: { possible: false } });
  expect(would.findings.map(({ code }) => code)).toContain('no-overlap');

  const { epoch } = await admin().rotate(credentialId);
  const view = async () => RotationView.parse((await ask(`${path}/${epoch}`)).json);
  await expect.poll(async () => (await view()).asks, { timeout: 20_000 }).toMatchObject({ what: 'value' });
  expect((await view()).asks?.steps[0]).toContain('ends it at once');
  await inOrders(`ALTER ROLE ${role} PASSWORD '${next}'`);
  expect((await ask(`${path}/${epoch}/value`, { method: 'POST', body: { secretFields: { password: next } } })).status).toBe(200);
  await expect.poll(async () => (await view()).asks?.what, { timeout: 30_000 }).toBe('deletion');
  expect((await ask(`${path}/${epoch}/old-value-deleted`, { method: 'POST' })).status).toBe(202);
  expect(await followRotation(admin(), { credentialId, epoch }, { timeoutMs: 60_000 })).toMatchObject({
    status: 'completed',
    from: before,
  });
  expect(await readCredential(credentialId)).toMatchObject({ openEpoch: null, ledger: [], attention: null });
});
