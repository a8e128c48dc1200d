import type { Actor, Refusal } from '@keyturn/contracts';
import type { DryRun } from '@keyturn/contracts/queries';
import { ok, type Result } from '@keyturn/kernel';
import { refuseElsewhere } from '../commands/moved-secret.ts';
import { dryRun } from '../credential/dry-run.ts';
import { aliveOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { readWithFacts } from '../facts.ts';
import { credentialFold, streamOf } from '../folds.ts';

type Asked = { readonly credentialId: string; readonly reason: DryRun['reason'] };

/** What a rotation asked for now would come to, for whoever asks. */
export const dryRunRotation = async (deps: VaultDeps, { credentialId, reason }: Asked, actor: Actor): Promise<Result<DryRun, Refusal>> => {
  const { state, facts } = await readWithFacts(deps, credentialId, true);
  const alive = aliveOf(state);
  if (!alive.ok) return alive;
  const { issuer: issuerId } = alive.value;
  const issuer = issuerId === null ? null : await deps.log.state(credentialFold, streamOf.credential(issuerId));
  const { refusal } = await refuseElsewhere(deps, actor, alive.value);
  const known = { issuer: issuer?.status === 'registered' ? issuer : null, facts, isHeldBack: deps.hold.restore() !== null, refusal };
  return ok(dryRun(alive.value, { reason, by: actor }, known));
};
