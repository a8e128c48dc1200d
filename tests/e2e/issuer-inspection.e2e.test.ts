import { randomUUID } from 'node:crypto';
import { DryRun, TestList } from '@keyturn/contracts/api';
import { SAMPLE_POLICY } from '@keyturn/dev-stack';
import { expect, inject, it } from 'vitest';
import { admin, readCredential } from './support/admin.ts';
import { ask, credentialPath, rotationsPath } from './support/ask.ts';
import { inOrders } from './support/orders-roles.ts';

// A dry run knows what the issuer lacks at the server before a rotation runs into it, and prints the statement.

const TIMEOUT = { timeout: 90_000, interval: 500 };

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
  const path = `${credentialPath(credentialId)}/test`;
  const test = () => ask(path, { method: 'POST', body: {} });

  // A look that took too long saw nothing: only then somebody has it look again.
  await expect
    .poll(async () => {
      const { possible, issuer: seen } = await dryRun();
      if (seen?.seenAt === null) await test();
      return { possible, isSeen: typeof seen?.seenAt === 'string' };
    }, TIMEOUT)
    .toEqual({ possible: false, isSeen: true });
  const blocked = await dryRun();
  const [finding] = blocked.findings.filter(({ blocks }) => blocks);
  const statement = `GRANT "${role}" TO "${issuerRole}" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;`;
  expect(blocked).toMatchObject({ possible: false, issuer: { credentialId: issuer.credentialId, address: issuer.address } });
  expect(finding).toMatchObject({ code: 'no-admin-option', statement, seenAt: blocked.issuer?.seenAt });
  expect(blocked.sentence).toMatch(/^It can’t go ahead: .*may not change the role/u);

  await inOrders(statement);
  await expect
    .poll(async () => {
      await test();
      return (await dryRun()).possible;
    }, TIMEOUT)
    .toBe(true);
  const [last] = TestList.parse((await ask(path)).json).items;
  expect(last).toMatchObject({ verdict: 'valid', issuer: { issuerId: issuer.credentialId } });
  const free = await dryRun();
  expect(free).toMatchObject({ issuer: { sentence: expect.stringMatching(/: nothing was found missing\.$/u) } });
  expect(free.findings.filter(({ blocks }) => blocks)).toEqual([]);
}, 240_000);
