import { asActivity, type ActivityDeps } from './activity.ts';
import { applyCandidate, commitVersion, stageCandidate, testCandidate } from './candidate.ts';
import { completeRotation, failRotation, nextStep } from './end-of-rotation.ts';
import { observeUse } from './observe-use.ts';
import { askPreflight, awaitPreflight } from './preflight.ts';
import { denyLogins, eraseOld, escalateRotation, holdRotation, startRevocation } from './revocation.ts';

export type { ActivityDeps } from './activity.ts';

/** The only code that sees the world. Each activity is idempotent, takes references, and returns no value of a credential. */
export const createActivities = (deps: ActivityDeps) => ({
  nextStep: asActivity(deps, 'nextStep', nextStep),
  stageCandidate: asActivity(deps, 'stageCandidate', stageCandidate),
  applyCandidate: asActivity(deps, 'applyCandidate', applyCandidate),
  testCandidate: asActivity(deps, 'testCandidate', testCandidate),
  askPreflight: asActivity(deps, 'askPreflight', askPreflight),
  awaitPreflight: asActivity(deps, 'awaitPreflight', awaitPreflight),
  commitVersion: asActivity(deps, 'commitVersion', commitVersion),
  observeUse: asActivity(deps, 'observeUse', observeUse),
  holdRotation: asActivity(deps, 'holdRotation', holdRotation),
  escalateRotation: asActivity(deps, 'escalateRotation', escalateRotation),
  startRevocation: asActivity(deps, 'startRevocation', startRevocation),
  denyLogins: asActivity(deps, 'denyLogins', denyLogins),
  eraseOld: asActivity(deps, 'eraseOld', eraseOld),
  completeRotation: asActivity(deps, 'completeRotation', completeRotation),
  failRotation: asActivity(deps, 'failRotation', failRotation),
});

export type Activities = ReturnType<typeof createActivities>;
