import type { TestReport } from '@keyturn/contracts';
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { temporalExecution } from '../src/adapters/temporal/temporal-execution.ts';
import { SEARCH_ATTRIBUTES } from '../src/rotation/search-attributes.ts';
import {
  aTrial,
  createSweep,
  disguisesOf,
  ISSUER_PASSWORD,
  NAMESPACE,
  OLD_PASSWORD,
  openStage,
  textOfHistory,
  until,
  type Stage,
  type Trial,
} from './support/trial-worker.ts';

const WHOLE = [
  'epoch.stage-candidate',
  'epoch.record-applied',
  'epoch.record-tested',
  'epoch.commit',
  'epoch.record-evidence',
  'epoch.start-revocation',
  'epoch.record-logins-denied',
  'epoch.record-revoked',
  'epoch.complete',
];

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(inject('temporalAddress'));
});
afterAll(async () => {
  await stage.temporal.close();
});

/** The reports, each counted once: a watch reports as often as it is asked. */
const told = ({ vault }: Trial): string[] => [...new Set(vault.reports)];
const endOf = async ({ handle }: Trial): Promise<unknown> => handle().result();

describe('rotateCredential', () => {
  it('goes from request to completed, step by step', async () => {
    const trial = aTrial(stage, { graceMs: 60, soakMs: 50 });
    const worker = await trial.startWorker();
    await trial.runs.start(trial.request);
    await until(() => trial.vault.reports.includes('epoch.record-evidence'));
    trial.vault.acknowledge();
    expect(await endOf(trial)).toEqual({ end: 'completed' });
    expect(told(trial)).toEqual(WHOLE);
    expect(trial.logins.logsIn('orders', OLD_PASSWORD)).toBe(false);
    expect(trial.logins.logsIn('orders_kt1', trial.vault.candidatePassword()!)).toBe(true);
    await worker.stop();
  });

  it('tells operators what it waits for, and for whom', async () => {
    const trial = aTrial(stage);
    const worker = await trial.startWorker();
    await trial.runs.start(trial.request);
    await until(() => trial.vault.reports.includes('epoch.record-evidence'));
    const { typedSearchAttributes: shown, staticSummary, staticDetails } = await trial.handle().describe();
    expect(await staticDetails()).toContain(`\`system.postgres.orders\`, \`${trial.request.credentialId}\``);
    expect(await staticSummary()).toBe('Rotates system.postgres.orders, epoch 1');
    expect(shown.get(SEARCH_ATTRIBUTES.credential)).toBe(trial.request.credentialId);
    expect(shown.get(SEARCH_ATTRIBUTES.service)).toBe('postgres');
    expect(shown.get(SEARCH_ATTRIBUTES.step)).toBe('watch');
    expect(shown.get(SEARCH_ATTRIBUTES.reason)).toBe('waiting-for-acknowledgements');
    expect(await trial.handle().query('__temporal_workflow_metadata')).toMatchObject({
      currentDetails:
        'system.postgres.orders waits for the consumers of version 1.\n\n' +
        'Step `watch`, `waiting-for-acknowledgements`. ' +
        'What to do: [A run waits for consumers](https://wiki.example/operations#a-run-waits-for-consumers).',
    });
    trial.vault.acknowledge();
    await endOf(trial);
    await worker.stop();
  });

  it('leaves no plaintext in the history, whose control text is found', async () => {
    const trial = aTrial(stage);
    const worker = await trial.startWorker();
    trial.logins.breakAfterNextChange(); // the driver's error repeats the password
    trial.vault.acknowledge();
    await trial.runs.start(trial.request);
    await endOf(trial);
    const kept = await textOfHistory(trial.handle());
    expect(kept).toContain(trial.request.credentialId);
    expect(kept).toContain('waits for the consumers');
    const secrets = [trial.vault.candidatePassword()!, OLD_PASSWORD, ISSUER_PASSWORD];
    for (const secret of secrets.flatMap(disguisesOf)) expect(kept).not.toContain(secret);
    await worker.stop();
  });

  it('is finished by another worker when the first one dies behind a change at the provider', async () => {
    const trial = aTrial(stage);
    trial.vault.acknowledge();
    let isDead = false;
    // The first worker applies, and then neither reports nor beats any more, like a killed process.
    const { apply } = trial.logins;
    trial.logins.apply = async (input) => {
      await apply(input);
      trial.logins.apply = apply;
      isDead = true;
      return new Promise(() => undefined);
    };
    const execution = () => {
      const real = temporalExecution();
      return { ...real, beat: (note?: unknown) => (isDead ? undefined : real.beat(note)) };
    };
    const first = await trial.startWorker({ execution });
    await trial.runs.start(trial.request);
    await until(() => isDead);
    void first.stop().catch(() => undefined);
    const second = await trial.startWorker();
    expect(await endOf(trial)).toEqual({ end: 'completed' });
    expect(told(trial)).toEqual(WHOLE);
    expect(trial.logins.logsIn('orders_kt1', trial.vault.candidatePassword()!)).toBe(true);
    await second.stop();
  });

  it('goes on when the vault drops answers', async () => {
    const trial = aTrial(stage);
    const worker = await trial.startWorker();
    trial.vault.acknowledge();
    trial.vault.dropAnswers(4);
    await trial.runs.start(trial.request);
    await until(() => trial.vault.reports.includes('epoch.record-applied'));
    trial.vault.dropAnswers(3);
    expect(await endOf(trial)).toEqual({ end: 'completed' });
    expect(told(trial)).toEqual(WHOLE);
    await worker.stop();
  });

  it('fails cleanly when the candidate does not log in, and the sweeper settles what is left', async () => {
    const trial = aTrial(stage);
    const worker = await trial.startWorker();
    trial.logins.refuseTests();
    await trial.runs.start(trial.request);
    const failed = await endOf(trial).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(WorkflowFailedError);
    expect((await trial.handle().describe()).status.name).toBe('FAILED');
    expect(trial.vault.failure()).toMatchObject({ step: 'test', reasonCode: 'candidate-test-failed' });
    expect(await trial.handle().query('__temporal_workflow_metadata')).toMatchObject({
      currentDetails: expect.stringMatching(/^Failed at `test`\.\n\n\*\*candidate-test-failed\*\*: .*\n\nWhat to do: \[A run failed\]/u),
    });
    expect(trial.logins.logsIn('orders', OLD_PASSWORD)).toBe(true);

    expect(await trial.vault.listUnsettled()).toHaveLength(1);
    await createSweep(trial)();
    expect(await trial.vault.listUnsettled()).toEqual([]);
    expect(trial.logins.logsIn('orders_kt1', trial.vault.candidatePassword()!)).toBe(false);
    await worker.stop();
  });

  it('waits for the consumers to try the candidate, and commits it when they could use it', async () => {
    const trial = aTrial(stage, { preflight: true });
    const worker = await trial.startWorker();
    trial.vault.acknowledge();
    await trial.runs.start(trial.request);
    await until(() => trial.vault.reports.includes('epoch.ask-preflight'));
    const reason = async () => (await trial.handle().describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.reason);
    await until(async () => (await reason()) === 'waiting-for-preflight');
    expect(trial.vault.reports).not.toContain('epoch.commit');
    trial.vault.answerPreflight('passed');
    expect(await endOf(trial)).toEqual({ end: 'completed' });
    expect(told(trial)).toEqual(WHOLE.toSpliced(3, 0, 'epoch.ask-preflight'));
    await worker.stop();
  });

  it('commits nothing that a consumer could not use, and the sweeper settles the candidate', async () => {
    const trial = aTrial(stage, { preflight: true });
    const worker = await trial.startWorker();
    await trial.runs.start(trial.request);
    await until(() => trial.vault.reports.includes('epoch.ask-preflight'));
    trial.vault.answerPreflight('nacked');
    expect(await endOf(trial).catch((error: unknown) => error)).toBeInstanceOf(WorkflowFailedError);
    expect(trial.vault.failure()).toEqual({
      step: 'preflight',
      reasonCode: 'preflight-nacked',
      sentence: "orders/7f3a can't use version 2: 28P01",
    });
    expect(trial.vault.reports).not.toContain('epoch.commit');
    await createSweep(trial)();
    expect(trial.logins.logsIn('orders_kt1', trial.vault.candidatePassword()!)).toBe(false);
    expect(trial.logins.logsIn('orders', OLD_PASSWORD)).toBe(true);
    await worker.stop();
  });

  it('holds at the deadline, loses no version, and goes on with the proof', async () => {
    const trial = aTrial(stage);
    const worker = await trial.startWorker();
    await trial.runs.start(trial.request);
    trial.vault.passDeadline();
    await until(() => trial.vault.reports.includes('epoch.hold'));
    await until(() => trial.vault.reports.at(-1) === 'epoch.record-evidence');
    expect(trial.logins.logsIn('orders', OLD_PASSWORD)).toBe(true);
    trial.vault.acknowledge();
    expect(await endOf(trial)).toEqual({ end: 'completed' });
    expect(trial.vault.reports.filter((name) => name === 'epoch.hold')).toHaveLength(1);
    await worker.stop();
  });

  it('is found as held, with what to do, for as long as it is, and no longer', async () => {
    const trial = aTrial(stage);
    const worker = await trial.startWorker();
    await trial.runs.start(trial.request);
    trial.vault.passDeadline();
    await until(() => trial.vault.reports.includes('epoch.hold') && trial.vault.reports.at(-1) === 'epoch.record-evidence');
    const query = `KeyturnCredential = '${trial.request.credentialId}' AND KeyturnStep = 'hold' AND KeyturnReason = 'deadline-passed'`;
    const { workflow } = stage.temporal.client;
    await until(async () => (await workflow.count(query)).count === 1);
    expect(await trial.handle().query('__temporal_workflow_metadata')).toMatchObject({
      currentDetails:
        'Held: the deadline passed, both versions stay valid: orders/7f3a has not yet proved version 2.\n\n' +
        'Step `hold`, `deadline-passed`; it goes on with `watch`, `waiting-for-acknowledgements`. ' +
        'What to do: [A run is held](https://wiki.example/operations#a-run-is-held).',
    });
    expect(await textOfHistory(trial.handle())).toContain('Held: the deadline passed, both versions stay valid');
    trial.vault.acknowledge();
    await endOf(trial);
    await until(async () => (await workflow.count(query)).count === 0);
    await worker.stop();
  });

  it('touches nothing at the provider before it is approved, also where its worker is killed meanwhile', async () => {
    const trial = aTrial(stage, { approval: true });
    const first = await trial.startWorker();
    await trial.runs.start(trial.request);
    const reason = async () => (await trial.handle().describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.reason);
    await until(async () => (await reason()) === 'waiting-for-approval');
    await first.stop();
    expect([trial.logins.changes, trial.vault.reports]).toEqual([[], []]);
    const second = await trial.startWorker();
    trial.vault.acknowledge();
    trial.vault.approve();
    await trial.runs.wake(trial.request);
    expect(await endOf(trial)).toEqual({ end: 'completed' });
    expect(told(trial)).toEqual(WHOLE);
    await second.stop();
  });

  it('ends the sessions of a version whose revoke is forced, and records how many there were', async () => {
    const trial = aTrial(stage);
    const worker = await trial.startWorker();
    trial.logins.setSessions('orders', 2);
    await trial.runs.start(trial.request);
    trial.vault.passDeadline();
    await until(() => trial.vault.reports.includes('epoch.hold'));
    trial.vault.force();
    await trial.runs.wake(trial.request);
    expect(await endOf(trial)).toEqual({ end: 'completed' });
    expect(trial.vault.sessionsEnded()).toBe(2);
    await worker.stop();
  });

  it('tells of a late rotation again where the vault wants that, and goes on watching', async () => {
    const trial = aTrial(stage, { escalates: true });
    const worker = await trial.startWorker();
    await trial.runs.start(trial.request);
    trial.vault.passDeadline();
    await until(() => trial.vault.reports.includes('epoch.escalate') && trial.vault.reports.at(-1) === 'epoch.record-evidence');
    trial.vault.acknowledge();
    expect(await endOf(trial)).toEqual({ end: 'completed' });
    await worker.stop();
  });

  describe('about what a person brought', () => {
    /** Its provider can't be asked, and was asked once more often than is borne of any other value. Each wait ends at once when the run is woken. */
    const askedInVain = async (patienceMs: number) => {
      const its = { credentialType: 'namecheap_api_key', strategy: 'assisted' } as const;
      const trial = aTrial(stage, { its, patienceMs, old: { apiUser: 'ada', apiKey: 'the-old-one' } });
      const { vault, runs, request } = trial;
      let asked = 0;
      let isAway = true;
      const test = (): Promise<TestReport> => {
        asked += 1;
        return Promise.resolve({ verdict: isAway ? 'unreachable' : 'valid', sentence: 'NameCheap said so.', elapsedMs: 1 });
      };
      const worker = await trial.startWorker({ adapters: { namecheap_api_key: { test } } });
      await runs.start(request);
      vault.giveValue({ apiKey: 'the-new-one' });
      // Again and again: one that comes while the provider is being asked ends no wait.
      const wake = (): Promise<void> => runs.wake(request).catch(() => undefined);
      await until(async () => {
        await wake();
        return asked > 7 || vault.isClosed();
      });
      const comeBack = (): void => {
        isAway = false;
      };
      return { trial, worker, wake, comeBack };
    };

    it('waits on for a provider that cannot be asked', async () => {
      const { trial, worker, wake, comeBack } = await askedInVain(60_000);
      expect(trial.vault.isClosed()).toBe(false);
      comeBack();
      await until(async () => {
        await wake();
        return trial.vault.reports.includes('epoch.commit');
      });
      trial.vault.failEpoch();
      await worker.stop();
    });
    it('gives up where the vault waits no longer', async () => {
      const { trial, worker } = await askedInVain(0);
      expect(trial.vault.failure()).toMatchObject({ step: 'test', reasonCode: 'provider-unreachable' });
      await expect(endOf(trial)).rejects.toThrow(WorkflowFailedError);
      await worker.stop();
    });
  });

  it('waits after the commit for a provider that is down, and says why', async () => {
    const trial = aTrial(stage);
    const worker = await trial.startWorker();
    await trial.runs.start(trial.request);
    await until(() => trial.vault.reports.includes('epoch.record-evidence'));
    trial.logins.setDown(true);
    const reason = async () => (await trial.handle().describe()).typedSearchAttributes.get(SEARCH_ATTRIBUTES.reason);
    await until(async () => (await reason()) === 'provider-unreachable');
    trial.logins.setDown(false);
    trial.vault.acknowledge();
    await trial.runs.wake(trial.request);
    expect(await endOf(trial)).toEqual({ end: 'completed' });
    await worker.stop();
  });
});

it('Waking a rotation that does not run, or runs no more, is harmless', async () => {
  const trial = aTrial(stage);
  await expect(trial.runs.wake(trial.request)).resolves.toBeUndefined();
  const worker = await trial.startWorker();
  trial.vault.failEpoch();
  await trial.runs.start(trial.request);
  await endOf(trial);
  await expect(trial.runs.wake(trial.request)).resolves.toBeUndefined();
  await worker.stop();
});

describe('the sweeper', () => {
  it('starts a rotation again that Temporal has forgotten', async () => {
    const trial = aTrial(stage);
    const worker = await trial.startWorker();
    const { runId } = await trial.runs.start(trial.request);
    await until(() => trial.vault.reports.includes('epoch.record-evidence'));
    await stage.temporal.client.workflowService.deleteWorkflowExecution({
      namespace: NAMESPACE,
      workflowExecution: { workflowId: trial.handle().workflowId, runId: runId ?? null },
    });
    trial.vault.acknowledge();
    const sweep = createSweep(trial);
    await until(async () => {
      await sweep();
      return trial.vault.isClosed();
    });
    expect(told(trial)).toEqual(WHOLE);
    await worker.stop();
  });

  it('does no harm where the rotation runs', async () => {
    const trial = aTrial(stage);
    const worker = await trial.startWorker();
    const first = await trial.runs.start(trial.request);
    const sweep = createSweep(trial);
    await Promise.all([sweep(), sweep(), sweep()]);
    expect(await trial.runs.start(trial.request)).toEqual(first);
    trial.vault.acknowledge();
    await endOf(trial);
    expect(await trial.runs.start(trial.request, { unlessEnded: true })).toEqual({ runId: undefined });
    expect(told(trial)).toEqual(WHOLE);
    await worker.stop();
  });

  it('starts a run of a closed epoch that ends at once', async () => {
    const trial = aTrial(stage);
    const worker = await trial.startWorker();
    trial.vault.failEpoch();
    await trial.runs.start(trial.request);
    expect(await endOf(trial)).toEqual({ end: 'failed' });
    expect(trial.vault.reports).toEqual([]);
    await worker.stop();
  });
});
