import type { Refusal, Reply } from '@keyturn/contracts';
import type { OnBehalfOf, VaultCommandName } from '@keyturn/contracts/commands';
import { SYSTEM_SCOPE, userScope } from '@keyturn/contracts/scopes';
import type { VaultDeps } from '../deps.ts';
import { type Consumer, consumerFold, streamOf } from '../folds.ts';
import { admit } from './consumer-identity.ts';
import { mayHave, maySpeakFor } from './on-behalf-of.ts';
import type { Opened } from './opened.ts';
import type { RefusalRecorder } from './refusal-recorder.ts';

export type Deps = VaultDeps & { readonly recordRefusal: RefusalRecorder };
type Asked = { readonly consumer: string; readonly proof?: string | undefined; readonly user?: OnBehalfOf | undefined };
type Named = { readonly credential: { readonly address: string } | null; readonly isOwn: boolean };

/** A program that may ask: in whose scope, and whether it may have what is found there. */
export type Program = {
  readonly scope: string;
  /** The API token that showed who asks; null: one of the sign-in provider did. */
  readonly tokenId: string | null;
  /** Null: it may. What is given without a credential needs no grant. */
  readonly withheld: (found: Named) => Promise<Reply | null>;
  readonly refused: (refusal: Refusal, about?: { readonly address?: string }) => Promise<Reply>;
};

/** Lets a program in that speaks for a consumer, and for nobody or a user who is shown (ADR-0021); records every refusal. */
export const admitProgram = async (
  deps: Deps,
  { actor }: Pick<Opened, 'actor'>,
  asked: Asked & { readonly action: VaultCommandName },
): Promise<Program | Reply> => {
  const { consumer, user } = asked;
  const refused: Program['refused'] = async (refusal, about = {}) => {
    await deps.recordRefusal({ recipient: `consumer ${consumer}, asked by ${actor.id}`, actor, refusal, ...about });
    return { refusal };
  };
  const grants: Consumer | null = await deps.log.state(consumerFold, streamOf.consumer(consumer));
  const admitted = admit(grants, actor, asked, deps.clock.now().toISOString());
  if (!admitted.ok) return refused(admitted.refusal);
  if (!maySpeakFor(grants, user)) return refused({ code: 'user-not-shown', consumer });
  const withheld: Program['withheld'] = async ({ credential, isOwn }) => {
    if (credential === null || mayHave(grants, user, { address: credential.address, isOwn })) return null;
    return refused({ code: 'grant-missing', consumer, address: credential.address }, { address: credential.address });
  };
  const tokenId = admitted.value?.tokenId ?? null;
  return { scope: user ? userScope(user.issuer, user.subject) : SYSTEM_SCOPE, tokenId, withheld, refused };
};
