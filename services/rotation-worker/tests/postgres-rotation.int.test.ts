import { randomBytes } from 'node:crypto';
import { chosenRotation } from '@keyturn/providers';
import { postgresProvider } from '@keyturn/providers/postgres';
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { databasesAnywhere } from './support/databases-anywhere.ts';
import { postgresUrl, recordOf } from './support/logins.ts';
import { aTrial, createSweep, disguisesOf, openStage, textOfHistory, until, type Stage } from './support/trial-worker.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(inject('temporalAddress'));
});
afterAll(() => stage.temporal.close());

const connect = async ({ username, password }: { username: string; password: string }): Promise<Client> => {
  const client = new Client({ ...recordOf(username, password), port: Number(postgresUrl().port), user: username, password });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};
const logsIn = (login: { username: string; password: string }): Promise<boolean> =>
  connect(login).then(
    (client) => client.end().then(() => true),
    () => false,
  );

/** A role that a service has always used, and the superuser as its issuer; names are new in every test. */
const anOwner = async () => {
  const issuer = recordOf(decodeURIComponent(postgresUrl().username), decodeURIComponent(postgresUrl().password));
  const old = recordOf(`orders_${randomBytes(5).toString('hex')}`, 'as-old-as-the-service-8Kd');
  const admin = await connect(issuer);
  await admin.query(`CREATE ROLE ${escapeIdentifier(old.username)} LOGIN PASSWORD ${escapeLiteral(old.password)}`);
  onTestFinished(() => admin.end());
  return { issuer, old, admin, alternate: `${old.username}_kt1` };
};

describe('a rotation at a real Postgres', () => {
  it('lets no one in with the old value at the end, and waits while a session still uses it', async () => {
    const { issuer, old, alternate } = await anOwner();
    const trial = aTrial(stage, { issuer, old, graceMs: 100, evidenceEveryMs: 50, watchForMs: 400 });
    const at = postgresProvider(databasesAnywhere);
    const worker = await trial.startWorker({ at });
    const session = await connect(old);
    trial.vault.acknowledge();
    await trial.runs.start(trial.request);
    await until(() => trial.vault.evidence.length > 0);
    expect(trial.vault.evidence[0]).toMatch(new RegExp(`^1 session is still logged in as ${old.username}`, 'u'));
    expect(await logsIn(old)).toBe(true);
    expect(await logsIn({ username: alternate, password: trial.vault.candidatePassword()! })).toBe(true);

    await session.end();
    expect(await trial.handle().result()).toEqual({ end: 'completed' });
    expect(await logsIn(old)).toBe(false);
    expect(await logsIn({ username: alternate, password: trial.vault.candidatePassword()! })).toBe(true);
    const kept = await textOfHistory(trial.handle());
    for (const secret of [trial.vault.candidatePassword()!, old.password].flatMap(disguisesOf)) expect(kept).not.toContain(secret);
    await worker.stop();
  });

  it('lets no one in with what it made either, once somebody replaced that by hand and nobody is logged in with it', async () => {
    const { issuer, old, alternate } = await anOwner();
    const trial = aTrial(stage, { issuer, old });
    const at = postgresProvider(databasesAnywhere);
    const worker = await trial.startWorker({ at });
    trial.vault.acknowledge();
    await trial.runs.start(trial.request);
    expect(await trial.handle().result()).toEqual({ end: 'completed' });
    await worker.stop();
    const made = { username: alternate, password: trial.vault.candidatePassword()! };
    const session = await connect(made);
    trial.vault.replaceByHand();
    const sweep = createSweep({ ...trial, providers: { database_password: chosenRotation(at) } });
    await sweep();
    expect(trial.vault.revokeFailed()).toMatch(new RegExp(`^1 session is still logged in as ${alternate}`, 'u'));
    expect(await logsIn(made)).toBe(true);
    await session.end();
    await until(async () => {
      await sweep();
      return (await trial.vault.listUnsettled()).length === 0;
    });
    expect(await logsIn(made)).toBe(false);
  });

  it('fails with the exact GRANT when the issuer may not manage the role', async () => {
    const { old, admin } = await anOwner();
    const issuer = recordOf(`weak_${randomBytes(5).toString('hex')}`, 'weak-issuer');
    await admin.query(`CREATE ROLE ${escapeIdentifier(issuer.username)} LOGIN CREATEROLE PASSWORD ${escapeLiteral(issuer.password)}`);
    const trial = aTrial(stage, { issuer, old });
    const worker = await trial.startWorker({ at: postgresProvider(databasesAnywhere) });
    await trial.runs.start(trial.request);
    await expect(trial.handle().result()).rejects.toThrow('Workflow execution failed');
    expect(trial.vault.failure()).toMatchObject({ step: 'stage', reasonCode: 'issuer-lacks-privilege' });
    expect(trial.vault.failure()?.sentence).toMatch(/GRANT .*WITH ADMIN/u);
    expect(await logsIn(old)).toBe(true);
    await worker.stop();
  });

  it.each([['is wrong', { password: 'a-wrong-Canary' }, 'issuer-denied']])(
    'fails when the issuer’s password %s, and repeats it nowhere',
    async (_what, wrong, code) => {
      const { issuer, old } = await anOwner();
      const trial = aTrial(stage, { issuer: { ...issuer, ...wrong }, old });
      const worker = await trial.startWorker({ at: postgresProvider(databasesAnywhere) });
      await trial.runs.start(trial.request);
      await expect(trial.handle().result()).rejects.toThrow('Workflow execution failed');
      expect(trial.vault.failure()).toMatchObject({ step: 'stage', reasonCode: code });
      expect(await textOfHistory(trial.handle())).not.toContain(wrong.password);
      await worker.stop();
    },
  );

  it('leaves nothing that lets anybody in when it fails after the apply', async () => {
    const { issuer, old, alternate } = await anOwner();
    const trial = aTrial(stage, { issuer, old });
    const real = postgresProvider(databasesAnywhere);
    const worker = await trial.startWorker({
      at: { ...real, test: () => Promise.resolve({ verdict: 'invalid', sentence: 'refused', elapsedMs: 1 }) },
    });
    await trial.runs.start(trial.request);
    await expect(trial.handle().result()).rejects.toThrow('Workflow execution failed');
    const candidate = { username: alternate, password: trial.vault.candidatePassword()! };
    expect(await logsIn(candidate)).toBe(true);
    await createSweep({ ...trial, providers: { database_password: chosenRotation(real) } })();
    expect(await logsIn(candidate)).toBe(false);
    expect(await trial.vault.listUnsettled()).toEqual([]);
    await worker.stop();
  });
});
