import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { TurnTooFar } from '@keyturn/providers';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../src/rotation/search-attributes.ts';
import { aTrial, openStage, type Stage, type Trial, until } from './support/trial-worker.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(inject('temporalAddress'));
});
afterAll(async () => {
  await stage.temporal.close();
});

const DAY_MS = 86_400_000;
const reasonOf = async (trial: Trial) => (await trial.handle().describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.reason);

describe('a rotation whose provider takes no calls', () => {
  it('fails before its commit once it has waited for a day, with what the provider says', async () => {
    const trial = aTrial(stage);
    trial.logins.planCandidate = () => Promise.reject(new TurnTooFar('Postgres', 3_600_000, true));
    const worker = await trial.startWorker();
    await trial.goOn(DAY_MS);
    await expect(trial.handle().result()).rejects.toThrow(WorkflowFailedError);
    const sentence = expect.stringMatching(/^Waited for a day: Postgres takes no more calls just now/u);
    expect(trial.vault.failure()).toMatchObject({ step: 'stage', reasonCode: 'rate-limited', sentence });
    await worker.stop();
  });
  it('counts only what the same step has waited', async () => {
    const trial = aTrial(stage);
    trial.logins.test = () => Promise.reject(new TurnTooFar('Postgres', 3_600_000, true));
    const worker = await trial.startWorker();
    await trial.goOn(DAY_MS);
    await until(async () => (await reasonOf(trial)) === 'rate-limited');
    expect(trial.vault.isClosed()).toBe(false);
    trial.vault.failEpoch();
    await trial.runs.wake(trial.request);
    expect(await trial.handle().result()).toEqual({ end: 'failed' });
    await worker.stop();
  });
});

it('A rotation stands in line again where Keyturn’s own queue was too long for all tries of an activity', async () => {
  const trial = aTrial(stage);
  const { planCandidate } = trial.logins;
  trial.logins.planCandidate = () => Promise.reject(ApplicationFailure.nonRetryable('It waits for its turn.', 'rate-limited'));
  const worker = await trial.startWorker();
  await trial.goOn(0);
  await until(async () => (await reasonOf(trial)) === 'rate-limited');
  trial.logins.planCandidate = planCandidate;
  await until(async () => {
    await trial.runs.wake(trial.request);
    return trial.vault.reports.includes('epoch.commit');
  });
  trial.vault.acknowledge();
  await trial.runs.wake(trial.request);
  expect(await trial.handle().result()).toEqual({ end: 'completed' });
  await worker.stop();
});
