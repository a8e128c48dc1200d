import type { OnBehalfOf } from '@keyturn/contracts/commands';
import type { Asked } from '../endpoint.ts';
import { onBehalfOf, type UserNamed } from '../identity/on-behalf-of.ts';
import { type Door, type Speaker, speakerFrom } from '../identity/speaker.ts';
import { refuseGuess } from '../limits/refuse-guess.ts';

/** A caller that speaks for no consumer asks for themselves. */
export const isPerson = ({ caller }: Pick<Asked, 'caller'>): boolean => caller !== null && caller.consumer === undefined;

export type Speaking = {
  readonly speaker: Speaker;
  /** What the vault is told of both. */
  readonly data: { readonly consumer: string; readonly proof?: string; readonly user?: OnBehalfOf };
};

/** For which consumer a program speaks, and for which user it asks; else the answer to it. */
export const speakingFor = async (
  door: Door,
  asked: Asked,
  asking: UserNamed & { readonly consumer?: string | undefined },
): Promise<Speaking | Response> => {
  const speaker = await speakerFrom(door, asked, asking.consumer);
  if (speaker instanceof Response) return speaker;
  const user = await onBehalfOf(door.verifyBearer, asked, asking);
  if (!user.ok) return refuseGuess(door.guesses, asked, user.refusal);
  const { consumer, proof } = speaker;
  return { speaker, data: { consumer, ...(proof === undefined ? {} : { proof }), ...(user.value && { user: user.value }) } };
};
