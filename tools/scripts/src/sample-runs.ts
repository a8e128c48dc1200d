import { instructionsFor } from '@keyturn/contracts';
import type { CredentialView, RotationView, VersionList } from '@keyturn/contracts/api';
import { ROTATION_STEPS } from '@keyturn/contracts/queries';

type Step = RotationView['steps'][number]['name'];
type Actor = RotationView['requestedBy'];

/** A credential with a run of it that waits for somebody. */
export type Moment = { readonly credential: CredentialView; readonly rotation: RotationView };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const BEN: Actor = { kind: 'person', id: 'admin2', name: 'Ben Admin', roles: ['admin'] };
const STRIPE_ID = '0198c2f6-31aa-7d10-b6c3-000000000001';

/** What a run has that nobody has decided on and that hasn't come to its commit. */
const EARLY = {
  status: 'open',
  held: false,
  reason: 'manual',
  endedAt: null,
  preflights: [],
  acknowledgements: [],
  rolledBack: null,
  canRollBack: false,
  waitingFor: [],
  awaitedInstances: [],
  convergenceMs: null,
  overlapMs: null,
  failure: null,
  approvals: null,
  forceAsked: null,
  forced: null,
  escalated: null,
  deadlineAt: null,
  shortened: null,
} as const satisfies Partial<RotationView>;

const stepsTo = (running: Step, left: readonly Step[], requestedAt: string): RotationView['steps'] => {
  const names = ROTATION_STEPS.filter((name) => !left.includes(name));
  return names.map((name, index) => {
    const isDone = index < names.indexOf(running);
    return {
      name,
      status: isDone ? 'done' : name === running ? 'running' : 'todo',
      at: isDone ? requestedAt : null,
      afterMs: isDone ? 0 : null,
    };
  });
};

const withRun = (credential: CredentialView, rotation: RotationView): Moment => ({
  credential: { ...credential, openEpoch: rotation.epoch, rotations: [rotation, ...credential.rotations] },
  rotation,
});

const nextEpoch = ({ rotations }: CredentialView): number => (rotations[0]?.epoch ?? 0) + 1;

/** The next rotation of the sample credential, as if its policy asked for a second person. */
export const sampleApproval = (credential: CredentialView, now: Date): Moment => {
  const { credentialId, address, current } = credential;
  const requestedAt = new Date(now.getTime() - 4 * MINUTE_MS).toISOString();
  const epoch = nextEpoch(credential);
  return withRun(credential, {
    ...EARLY,
    credentialId,
    address,
    epoch,
    note: 'the quarterly one',
    requestedBy: BEN,
    requestedAt,
    from: current,
    to: null,
    steps: stepsTo('approved', ['rolled-back'], requestedAt),
    approvals: { needed: 1, given: [], until: new Date(now.getTime() + DAY_MS).toISOString() },
    sentence: 'Waiting for another person than Ben Admin to approve it; 1 d after its request it fails.',
    asks: null,
    workflowId: `rotate/${credentialId}/${epoch}`,
  });
};

/** A key at Stripe whose next value a person makes; `like` has what every credential has. */
export const sampleAssisted = (like: CredentialView, now: Date): Moment => {
  const registeredAt = new Date(now.getTime() - 92 * DAY_MS).toISOString();
  const requestedAt = new Date(now.getTime() - 2 * MINUTE_MS).toISOString();
  const { site, url, make } = instructionsFor('stripe_secret_key', {});
  const about = { credentialId: STRIPE_ID, address: 'system.stripe.shop' };
  const masks = { secretKey: 'sk_live_...9f3c' };
  const credential: CredentialView = {
    ...like,
    ...about,
    credentialType: 'stripe_secret_key',
    displayName: 'Payments of the shop',
    owner: 'team-shop',
    publicFields: {},
    masks,
    issuer: null,
    current: 1,
    generation: 1,
    registeredAt,
    lastRotatedAt: null,
    untested: null,
    ledger: [],
    rotations: [],
    versions: [
      {
        version: 1,
        status: 'current',
        epoch: null,
        publicFields: {},
        masks,
        stagedAt: registeredAt,
        committedAt: registeredAt,
        supersededAt: null,
        endedAt: null,
        tested: { verdict: 'valid', sentence: 'Stripe takes the key.', elapsedMs: 212, at: registeredAt, can: [] },
        untested: null,
      },
    ],
  };
  return withRun(credential, {
    ...EARLY,
    ...about,
    epoch: 1,
    note: null,
    requestedBy: BEN,
    requestedAt,
    from: 1,
    to: 2,
    steps: stepsTo('staged', ['approved', 'rolled-back'], requestedAt),
    sentence: `Waiting for a person to make version 2 at ${site} and to bring it here.`,
    asks: { what: 'value', site, url, steps: [...make] },
    workflowId: `rotate/${STRIPE_ID}/1`,
  });
};

/** The versions as their own list tells them. */
export const versionsOf = ({ versions }: CredentialView): VersionList => ({
  items: versions.map((version) => ({
    ...version,
    stagedBy: BEN,
    committedBy: BEN,
    revokingAt: null,
    endedBy: null,
    shreddedAt: null,
    leftAliveBecause: null,
    editedFrom: null,
    sameAs: null,
    rollBackRefused: 'version-not-held',
    holders: [],
  })),
});
