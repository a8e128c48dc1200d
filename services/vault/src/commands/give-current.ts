import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, refuse } from '@keyturn/kernel';
import { z } from 'zod';
import { usableOf, versionOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import type { Verdict, Write } from '../ports/command-log.ts';
import { isHeldBack } from '../restore/restore-hold.ts';
import type { FoundVersion } from '../secrets/find-version.ts';
import { refuseAgain } from '../secrets/refuse-again.ts';
import { jobOf, type Opened } from './opened.ts';

type Giving = {
  readonly credentialId: string;
  readonly address: string;
  readonly consumer: string;
  readonly tokenId: string | null;
  /** Of what it is, and whose. */
  readonly what: string;
  /** What is answered beside the version, of the credential as it is under the lock. */
  readonly verdict: (given: FoundVersion) => Readonly<Record<string, unknown>>;
  /** The version that `verdict` was made of; another one is not given with it. */
  readonly madeOf?: number;
};

/** Another version has become current since what is to be answered was made. */
export class MadeOfAnother extends Error {
  override readonly name = 'MadeOfAnother';
}

/** That an API token was used, where one was. */
export const tokenUse = (tokenId: string | null, at: string): readonly Write[] =>
  tokenId === null ? [] : [{ kind: 'token-used', tokenId, at }];

/**
 * Decides on a credential's newest state that its current version is given to a consumer, and records that in one step. The verdict tells
 * the version. Throws `MadeOfAnother`, with nothing recorded, where the current version is not `madeOf`. That the purpose begins with `resolve` is how the use is counted.
 */
export const recordGiven = (deps: VaultDeps, opened: Opened, giving: Giving): Promise<Verdict> => {
  const { credentialId, address, consumer, tokenId, what, verdict, madeOf } = giving;
  return deps.log.submit(credentialFold, {
    ...jobOf(deps, opened),
    stream: streamOf.credential(credentialId),
    joins: [streamOf.access(credentialId)],
    decide: (state, { now }) => {
      const usable = usableOf(state);
      if (!usable.ok) return usable;
      if (isHeldBack(deps.hold, usable.value)) return refuse({ code: 'restore-unchecked' });
      const current = versionOf(usable.value, usable.value.current);
      if (!current) return refuse({ code: 'credential-unknown' });
      const { version } = current;
      if (madeOf !== undefined && version !== madeOf) throw new MadeOfAnother();
      const revealed = { credentialId, address, version, recipient: consumer, purpose: `resolve ${what}` };
      return ok({
        events: [{ type: 'secret.revealed', data: revealed, stream: streamOf.access(credentialId) }],
        verdict: { ...verdict({ credential: usable.value, version: current }), version, givenAt: now },
        writes: tokenUse(tokenId, now),
      });
    },
  });
};

const Given = z.object({ credential: z.object({ credentialId: z.string() }), version: z.number(), givenAt: z.string() });

/** Why a repeat gets no more what the first run was given, or null. */
export const refuseGivenAgain = async (deps: VaultDeps, verdict: Verdict): Promise<Refusal | null> => {
  if (!('ok' in verdict) || !verdict.repeated) return null;
  const { credential, version, givenAt } = Given.parse(verdict.ok);
  return refuseAgain(deps, { credentialId: credential.credentialId, version, givenAt });
};

/** The secret and public fields of the version that was given, which a repeat gets again. */
export const openGiven = async (deps: VaultDeps, credentialId: string, version: number): Promise<Record<string, string>> => {
  const state = await deps.log.state(credentialFold, streamOf.credential(credentialId));
  const held = state.status === 'registered' ? versionOf(state, version) : undefined;
  if (state.status !== 'registered' || !held) throw new Error(`version ${version} of ${credentialId} is gone`);
  const secret = await deps.safe.open(state, held);
  return { ...held.publicFields, ...secret.fields.reveal() };
};
