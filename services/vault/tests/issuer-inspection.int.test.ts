import type { IssuerInspection } from '@keyturn/contracts';
import { DryRun, TestList, VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, asking, OPERATOR, secretOf, WORKER } from './ask-vault.ts';
import { A_SERVICE, FIELDS, registerOrders, testVault, type TestVault } from './test-vault.ts';

// A test looks at the issuer, too, at a real vault; the worker's part is said by hand.

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());
const { ask, tested } = asking(() => vault);

let made = 0;
const registered = () => registerOrders(vault, `system.postgres.inspected-${(made += 1)}`);
const query = async (name: string, data: object, actor = ada()) => {
  const answer = await vault.client(actor).query(name, data);
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value.value;
};
const dryRun = async (credentialId: string) => DryRun.parse(await query('rotation.dry-run', { credentialId }));
const testsOf = async (credentialId: string) => TestList.parse(await query('credential.tests', { credentialId })).items;
const errandsOf = async (credentialId: string) =>
  VAULT_QUERIES_TABLE['errand.list-open'].answer
    .parse(await query('errand.list-open', {}, A_SERVICE))
    .items.filter((errand) => errand.credentialId === credentialId);

const LACK: IssuerInspection['lacks'][number] = {
  code: 'no-admin-option',
  needed: 'rotation',
  sentence: 'The issuer may not change the role orders.',
  statement: 'GRANT "orders" TO "issuer" WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;',
};
const look = async (credentialId: string, issuer: IssuerInspection) => {
  expect(await ask('credential.request-test', { credentialId }, OPERATOR)).toMatchObject({ value: { version: 1 } });
  const said = { credentialId, version: 1, verdict: 'valid', sentence: 'It works.', elapsedMs: 3, issuer };
  expect(await ask('errand.record-tested', said, WORKER)).not.toHaveProperty('refusal');
};
const openIssuer = (credentialId: string) => ask('epoch.reveal', { credentialId, what: 'issuer' }, WORKER, { wantsSecret: true });

describe('a test of a credential with an issuer', () => {
  it('opens the issuer to the worker as long as it is open, and no longer; each time is recorded with why', async () => {
    const { credentialId, issuer } = await registered();
    expect(await openIssuer(credentialId)).toMatchObject({ refusal: { code: 'not-allowed' } });
    await ask('credential.request-test', { credentialId }, OPERATOR);
    expect(await errandsOf(credentialId)).toMatchObject([{ kind: 'test', issuer: { issuerId: issuer, owner: FIELDS } }]);
    expect(await openIssuer(credentialId)).toMatchObject({ value: { credentialId: issuer, version: 1 } });
    const revealed = (await vault.events()).filter(({ type }) => type === 'secret.revealed').at(-1);
    expect(revealed?.data).toMatchObject({
      credentialId: issuer,
      purpose: expect.stringMatching(/^looking whether it may rotate system\./u),
    });
    await tested(credentialId, 1);
    expect(await openIssuer(credentialId)).toMatchObject({ refusal: { code: 'not-allowed' } });
  });

  it('has the dry run say what the issuer lacks, until a later one says otherwise', async () => {
    const { credentialId, issuer } = await registered();
    const before = await dryRun(credentialId);
    expect(before).toMatchObject({ possible: true, issuer: { credentialId: issuer, seenAt: null } });
    await look(credentialId, { issuerId: issuer, lacks: [LACK] });
    const [test] = await testsOf(credentialId);
    expect(test).toMatchObject({ verdict: 'valid', issuer: { issuerId: issuer, lacks: [LACK] } });
    const blocked = await dryRun(credentialId);
    expect(blocked).toMatchObject({ possible: false, sentence: expect.stringContaining(LACK.sentence), issuer: { seenAt: test?.at } });
    expect(blocked.findings).toMatchObject([{ code: LACK.code, blocks: true, statement: LACK.statement, seenAt: test?.at }]);
    await look(credentialId, { issuerId: issuer, lacks: [] });
    expect((await testsOf(credentialId)).map((one) => one.issuer?.lacks)).toEqual([[], undefined]);
    expect(await dryRun(credentialId)).toMatchObject({
      possible: true,
      findings: [],
      issuer: { sentence: expect.stringMatching(/: nothing was found missing\.$/u) },
    });
  });

  it('is done anew after the issuer got another value: what was seen of it says nothing any more', async () => {
    const { credentialId, issuer } = await registered();
    await look(credentialId, { issuerId: issuer, lacks: [LACK] });
    await ask('credential.stage-value', { credentialId: issuer }, ada(), { secret: secretOf('another') });
    await tested(issuer, 2);
    expect(await dryRun(credentialId)).toMatchObject({ possible: true, findings: [], issuer: { seenAt: null } });
  });

  it('looks at it at a registration, before there is a value in use, and not where a value is only tried', async () => {
    const { issuer } = await registered();
    const register = async (more: object) => {
      const address = `system.postgres.inspected-${(made += 1)}`;
      const data = { address, credentialType: 'database_password', publicFields: FIELDS, issuer, ...more };
      return ask('credential.register', data, ada(), { secret: secretOf('brought') });
    };
    const credentialId = '01997a3e-0000-7000-8000-0000000000a1';
    expect(await register({ credentialId })).toMatchObject({ value: { status: 'testing' } });
    expect(await errandsOf(credentialId)).toMatchObject([{ issuer: { issuerId: issuer } }]);
    expect(await openIssuer(credentialId)).toMatchObject({ value: { credentialId: issuer } });
    const issuerSaid = { issuerId: issuer, lacks: [LACK] };
    await ask(
      'errand.record-tested',
      { credentialId, version: 1, verdict: 'valid', sentence: 'It works.', elapsedMs: 3, issuer: issuerSaid },
      WORKER,
    );
    expect(await dryRun(credentialId)).toMatchObject({ possible: false, findings: [{ code: LACK.code }] });
    const tried = '01997a3e-0000-7000-8000-0000000000a2';
    expect(await register({ credentialId: tried, trial: true })).toMatchObject({ value: { status: 'testing' } });
    expect((await errandsOf(tried)).map((errand) => errand.issuer)).toEqual([undefined]);
    expect(await openIssuer(tried)).toMatchObject({ refusal: { code: 'not-allowed' } });
  });
});
