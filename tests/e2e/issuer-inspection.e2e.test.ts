import { randomUUID } from 'node:crypto';
import { DryRun, TestOutcome } from '@keyturn/contracts/api';
import { SAMPLE_POLICY } from '@keyturn/dev-stack';
import { expect, inject, it } from 'vitest';
import { admin, readCredential } from './support/admin.ts';
import { ask, credentialPath, rotationsPath } from './support/ask.ts';
import { inOrders } from './support/orders-roles.ts';

// A dry run knows what the issuer lacks at the server before a rotation runs into it, and prints the statement.

it('A credential whose issuer lacks a grant is blocked with the exact statement, from its registration on; with it run, a test frees it', async () => {
  const orders = await readCredential(inject('stack').credentialId);
  const issuer = await readCredential(orders.issuer ?? '');
  const issuerRole = issuer.publicFields['username'] ?? '';
  const role = `lacking_${randomUUID().slice(0, 8)}`;
  await inOrders(`CREATE ROLE ${role} LOGIN PASSWORD 'lacking'`);
  const { credentialId } = await admin().register({
    address: `system.postgres.${role.replace('_', '-')}`,
    credentialType: 'database_password',
    publicFields: { ...orders.publicFields, username: role },
    secretFields: { password: 'lacking' },
    issuer: issuer.credentialId,
    policy: SAMPLE_POLICY,
  });
  const dryRun = async () => DryRun.parse((await ask(`${rotationsPath(credentialId)}/dry-run`, { method: 'POST', body: {} })).json);

  const blocked = await dryRun();
  const [finding] = blocked.findings.filter(({ blocks }) => blocks);
  const statement = `GRANT "${role}" TO "${issuerRole}" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;`;
  expect(blocked).toMatchObject({ possible: false, issuer: { credentialId: issuer.credentialId, address: issuer.address } });
  expect(finding).toMatchObject({ code: 'no-admin-option', statement, seenAt: blocked.issuer?.seenAt });
  expect(blocked.sentence).toMatch(/^It can’t go ahead: .*may not change the role/u);

  await inOrders(statement);
  const test = TestOutcome.parse((await ask(`${credentialPath(credentialId)}/test`, { method: 'POST', body: {} })).json);
  expect(test).toMatchObject({ status: 'tested', test: { verdict: 'valid', issuer: { issuerId: issuer.credentialId } } });
  const free = await dryRun();
  expect(free).toMatchObject({ possible: true, issuer: { sentence: expect.stringMatching(/may rotate it\.$/u) } });
  expect(free.findings.filter(({ blocks }) => blocks)).toEqual([]);
});
