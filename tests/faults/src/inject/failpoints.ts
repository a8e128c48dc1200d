import type { SourceEdit } from './source-edit.ts';

// The named places at which a rotation is stopped (K0–K12). None of them is in the product: a test's processes get them while they load.

export type PointName = 'K0' | 'K1' | 'K2' | 'K3' | 'K4' | 'K5' | 'K6' | 'K7' | 'K8' | 'K9' | 'K10' | 'K11' | 'K12';

const CANDIDATE = 'services/rotation-worker/src/activities/candidate.ts';
const REVOCATION = 'services/rotation-worker/src/activities/revocation.ts';
const APPEND = 'services/vault/src/adapters/postgres/append-batch.ts';
const RELAY = 'services/vault/src/adapters/nats/relay.ts';

/** Asks the test whether to stop here; `about` is the expression that says which credential passes. */
const at = (name: string, about: string): string => `await Reflect.get(globalThis, 'keyturnFaultPoint')('${name}', ${about});`;
const before = (file: string, find: string, name: string, about: string): SourceEdit => ({
  file,
  find,
  put: `${at(name, about)}\n${find}`,
});
const behind = (file: string, find: string, name: string, about: string): SourceEdit => ({
  file,
  find,
  put: `${find}\n${at(name, about)}`,
});

/** The credential whose commit is among these events; nothing passes a point without one. */
const committed = (events: string): string => `(${events}).find(({ type }) => type === 'credential.rotated')?.data.credentialId`;

const APPLY = `  orRefused(await provider.apply({ issuer, fence: fenceOf(step), owner: usernameOf(step.owner), fields }));`;
const ISSUE = `  const issued = orRefused(await provider.issue({ issuer, announced, fence, kept }));`;
const STAGED = `  await (provider.strategy === 'chosen' ? stageChosen(deps, provider, stage, execution) : stageIssued(deps, provider, stage, execution));`;

export const FAILPOINT_EDITS: readonly SourceEdit[] = [
  before(
    'services/rotation-worker/src/adapters/temporal/temporal-rotation-runs.ts',
    '      try {\n        return { runId: await startOnce(request, unlessEnded) };\n      } catch',
    'K0',
    'request.credentialId',
  ),
  before(CANDIDATE, `  const current = step.versions.find(({ status }) => status === 'current');`, 'K1', 'step.credentialId'),
  {
    file: CANDIDATE,
    find: APPLY,
    put: `${at('K2', 'credentialId')}
  const applied = await provider.apply({ issuer, fence: fenceOf(step), owner: usernameOf(step.owner), fields });
  ${at('K3', 'credentialId')}
  orRefused(applied);`,
  },
  {
    file: CANDIDATE,
    find: ISSUE,
    put: `${at('K2', 'credentialId')}
  const made = await provider.issue({ issuer, announced, fence, kept });
  ${at('K3', 'credentialId')}
  ${at('K4', 'credentialId')}
  const issued = orRefused(made);`,
  },
  behind(CANDIDATE, STAGED, 'K5', 'step.credentialId'),
  before(CANDIDATE, `  await report(deps, execution, step, ['epoch.commit', { credentialId, epoch, version }]);`, 'K6', 'credentialId'),
  before(
    APPEND,
    '    committed(plan.appended.map(({ recorded }) => recorded));',
    'K7',
    committed('plan.appended.map(({ recorded }) => recorded)'),
  ),
  {
    file: RELAY,
    find: '  await stream.publish(events, cursor.sequence);',
    put: `${at('K7', committed('events'))}\n  await stream.publish(events, cursor.sequence);\n${at('K8', committed('events'))}`,
  },
  before('libs/sdk/src/secret-keeper.ts', '    const startedAt = this.#deps.clock.elapsed();\n    const outcomes', 'K9', 'this.address'),
  before('libs/sdk/src/reporter.ts', '      const answer = await vault.acknowledge(', 'K10', 'address'),
  before(
    REVOCATION,
    `  const data = { credentialId, epoch, version };\n  const started = await deps.vault.report('epoch.start-revocation', data, {`,
    'K11',
    'credentialId',
  ),
  before(REVOCATION, `  await report(deps, execution, step, [\n    'epoch.record-logins-denied',`, 'K12', 'credentialId'),
  before(
    REVOCATION,
    `  await report(deps, execution, step, ['epoch.record-revoked', { credentialId, epoch, version }]);`,
    'K12b',
    'credentialId',
  ),
  // So that a test knows when a worker that woke late is through with what it was about to do.
  {
    file: 'services/rotation-worker/src/activities/activity.ts',
    find: '      clearInterval(beat);',
    put: `      clearInterval(beat);\n${at('activity-ended', `Reflect.get(Object(input), 'credentialId')`)}`,
  },
];
