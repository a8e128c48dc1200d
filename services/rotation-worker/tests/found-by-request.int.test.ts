import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { aTrial, createSweep, openStage, type Stage, until } from './support/trial-worker.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(inject('temporalAddress'));
});
afterAll(async () => {
  await stage.temporal.close();
});

it('A run is found in Temporal by what its rotation was asked for', async () => {
  const trial = aTrial(stage);
  const request = { ...trial.request, reason: 'compromised' };
  const sweep = createSweep({ ...trial, vault: { ...trial.vault, listOpenEpochs: () => Promise.resolve([request]) } });
  const { workflow } = stage.temporal.client;
  const countOf = async (reason: string) =>
    (await workflow.count(`KeyturnRequestReason = '${reason}' AND KeyturnCredential = '${request.credentialId}'`)).count;
  await sweep();
  await until(async () => (await countOf('compromised')) === 1);
  expect(await countOf('scheduled')).toBe(0);
  const worker = await trial.startWorker();
  trial.vault.acknowledge();
  expect(await trial.handle().result()).toEqual({ end: 'completed' });
  expect(await countOf('compromised')).toBe(1);
  await worker.stop();
});
