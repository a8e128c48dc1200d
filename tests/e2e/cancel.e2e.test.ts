import { RotationView, Timeline } from '@keyturn/contracts/api';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { admin, readCredential } from './support/admin.ts';
import { type Answer, ask, credentialPath, expectProblem, rotationsPath } from './support/ask.ts';
import { type Cancellable, cancellableRole, cancellableSecret, cancellableToken } from './support/cancellable.ts';
import { type Holder, startHolder } from './support/holder.ts';

// A rotation is cancelled at each step before its commit, by each strategy: nothing is left of it but what the log tells.

const BY = { chosen: cancellableRole, issued: cancellableToken, assisted: cancellableSecret } as const;

/** Beside the time that people get: a consumer is asked, and doesn't get ready. */
const POLICY = { preflightMs: 60_000, graceMs: 200 };
const REASON = 'that was the wrong one';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

let made: Cancellable;
let holder: Holder;

const begin = async (strategy: keyof typeof BY, policy: object = {}): Promise<void> => {
  made = await BY[strategy]({ ...POLICY, ...policy });
  if (made.close) closing.push(made.close);
  holder = await startHolder(made.address, {
    consumer: `holder-of-${strategy}`,
    instance: made.credentialId.slice(-12),
    probeTimeoutMs: 120_000,
  });
  closing.push(holder.close);
  await expect.poll(holding, { timeout: 30_000 }).toEqual([[holder.name, true]]);
};

/** Who holds the credential, and whether that is its first version. */
const holding = async (): Promise<readonly unknown[]> => {
  const { items } = await admin().consumers(made.credentialId);
  return items.map(({ consumer, instance, holds }) => [`${consumer}/${instance}`, holds.some(({ version }) => version === 1)]);
};

const view = async (): Promise<RotationView> => RotationView.parse((await ask(`${rotationsPath(made.credentialId)}/1`)).json);
const standing = async (): Promise<readonly string[]> =>
  (await view()).steps.filter(({ status }) => status !== 'done').map(({ name, status }) => `${name} ${status}`);
const until = (step: string): Promise<unknown> =>
  expect.poll(async () => (await standing())[0], { timeout: 30_000 }).toBe(`${step} running`);
const cancel = (token?: string): Promise<Answer> =>
  ask(`${rotationsPath(made.credentialId)}/1/cancel`, {
    method: 'POST',
    body: { reason: REASON },
    ...(token === undefined ? {} : { token }),
  });
const bring = (): Promise<Answer> =>
  ask(`${rotationsPath(made.credentialId)}/1/value`, { method: 'POST', body: { secretFields: made.next } });
const bringWhereAsked = async (): Promise<unknown> => (made.next ? [await until('staged'), await bring()] : null);

/** Has the step held up at the provider, and answers what lets it go on from there. */
const stoppedAt = async (step: 'staged' | 'applied' | 'tested'): Promise<() => unknown> => {
  const stopped = await made.stop[step]?.();
  if (stopped) closing.push(async () => void (await stopped.release()));
  await admin().rotate(made.credentialId);
  if (made.next) await until('staged');
  const brought = made.next && stopped ? bring() : null;
  await stopped?.arrived;
  return async () => {
    await stopped?.release();
    await brought;
  };
};

const goesOnByItself = (): void => undefined;

/** Brings the rotation to a step, and answers what lets it go on from there. */
const REACH = {
  approved: async () => {
    await admin().rotate(made.credentialId);
    return goesOnByItself;
  },
  staged: () => stoppedAt('staged'),
  applied: () => stoppedAt('applied'),
  tested: () => stoppedAt('tested'),
  preflighted: async () => {
    await admin().rotate(made.credentialId);
    await bringWhereAsked();
    await expect.poll(async () => (await view()).waitingFor, { timeout: 30_000 }).toEqual([holder.name]);
    return goesOnByItself;
  },
};

const told = async (): Promise<readonly string[]> =>
  Timeline.parse((await ask(`${credentialPath(made.credentialId)}/timeline?limit=500`)).json).items.map(
    ({ who, summary }) => `${who} ${summary}`,
  );

const expectNothingLeft = async (): Promise<void> => {
  await expect.poll(() => made.others(), { timeout: 60_000 }).toEqual([]);
  await expect.poll(async () => (await readCredential(made.credentialId)).ledger, { timeout: 60_000 }).toEqual([]);
  expect(await made.firstWorks()).toBe(true);
  const { current, generation, openEpoch, versions } = await readCredential(made.credentialId);
  expect({ current, generation, openEpoch }).toEqual({ current: 1, generation: 1, openEpoch: null });
  expect(
    versions.filter(({ version, status }) => (version === 1) !== (status === 'current') || (version > 1 && status !== 'discarded')),
  ).toEqual([]);
  expect(versions.filter(({ version, committedAt }) => version > 1 && committedAt !== null)).toEqual([]);
};

const expectHolderUntouched = async (): Promise<void> => {
  expect(holder.value()).toEqual(made.first);
  expect(await holding()).toEqual([[holder.name, true]]);
};

/** `owed`: what a person made is a person's to remove, and stands in the ledger until then. */
const CELLS = [
  { strategy: 'chosen', step: 'approved', policy: { approvals: 1 }, owed: [] },
  { strategy: 'chosen', step: 'staged', policy: {}, owed: [] },
  { strategy: 'chosen', step: 'applied', policy: {}, owed: [] },
  { strategy: 'chosen', step: 'tested', policy: {}, owed: [] },
  { strategy: 'chosen', step: 'preflighted', policy: {}, owed: [] },
  { strategy: 'issued', step: 'approved', policy: { approvals: 1 }, owed: [] },
  { strategy: 'issued', step: 'staged', policy: {}, owed: [] },
  { strategy: 'issued', step: 'tested', policy: {}, owed: [] },
  { strategy: 'issued', step: 'preflighted', policy: {}, owed: [] },
  { strategy: 'assisted', step: 'approved', policy: { approvals: 1 }, owed: [] },
  { strategy: 'assisted', step: 'staged', policy: {}, owed: [] },
  { strategy: 'assisted', step: 'tested', policy: {}, owed: [2] },
  { strategy: 'assisted', step: 'preflighted', policy: {}, owed: [2] },
] as const;

const owing = async (): Promise<readonly number[]> => (await readCredential(made.credentialId)).ledger.map(({ version }) => version);

describe('a rotation that is cancelled before its commit', () => {
  it.each(CELLS)('is over, and leaves nothing behind: $strategy, not yet $step', async ({ strategy, step, policy, owed }) => {
    await begin(strategy, policy);
    const goOn = await REACH[step]();
    await until(step);
    const cancelled = await cancel(inject('stack').endpoints.tokens.operator);
    expect({ status: cancelled.status, body: cancelled.json }).toEqual({
      status: 200,
      body: { credentialId: made.credentialId, epoch: 1 },
    });
    await goOn();
    const failure = { step: 'cancel', code: 'cancelled', sentence: `Cancelled by Olga Operator: ${REASON}` };
    expect(await view()).toMatchObject({ status: 'failed', failure });
    expect((await standing())[0]).toBe(`${step} failed`);
    await expect.poll(owing, { timeout: 60_000 }).toEqual(owed);
    made.removeNext?.();
    await expectNothingLeft();
    await expectHolderUntouched();
    await expect
      .poll(told, { timeout: 20_000 })
      .toContainEqual(`Olga Operator rotation 1 failed at cancel (cancelled): Cancelled by Olga Operator: ${REASON}`);
    expect((await cancel()).status).toBe(200);
    expect(await view()).toMatchObject({ failure });
  });
});

describe('a rotation that has committed', () => {
  it.each([
    ['chosen', 'completed'],
    ['issued', 'completed'],
    ['assisted', 'deletion'],
  ] as const)('is not cancelled any more, and goes on: %s, until %s', async (strategy, end) => {
    await begin(strategy, { preflightMs: 0 });
    await admin().rotate(made.credentialId);
    await bringWhereAsked();
    await expect.poll(async () => (await readCredential(made.credentialId)).current, { timeout: 30_000 }).toBe(2);
    const refused = expectProblem(await cancel(), 409, 'rotation-committed');
    expect(refused.title).toBe('The rotation has committed its version already');
    expect(await view()).toMatchObject({ status: 'open', failure: null });
    await holder.close();
    const ofNow = async (): Promise<string> => {
      const { asks, status } = await view();
      return asks?.what ?? status;
    };
    await expect.poll(ofNow, { timeout: 90_000 }).toBe(end);
  });
});
