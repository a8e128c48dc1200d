import { consumerRole } from '@keyturn/contracts/commands';
import type { Refusal } from '@keyturn/contracts/refusals';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { apiTokenProof, isApiToken } from '@keyturn/sealing';
import type { Asked } from '../endpoint.ts';
import type { GuessLockout } from '../limits/guess-lockout.ts';
import { refuseGuess } from '../limits/refuse-guess.ts';
import type { RequestLimit } from '../limits/request-limit.ts';
import { bearerOf } from '../middleware/authenticate/index.ts';
import { type EdgeCode, problemResponse, waitResponse } from '../problems.ts';
import type { VerifyBearer } from './bearer.ts';
import type { Caller } from './identity.ts';

/** For which consumer somebody speaks, as whom, and how that is shown to the vault. */
export type Speaker = { readonly consumer: string; readonly actor: Asked['actor']; readonly proof?: string };

/** What stands between a program and the routes that take a consumer's own token. */
export type Door = { readonly verifyBearer: VerifyBearer; readonly requestLimit: RequestLimit; readonly guesses: GuessLockout };

/** Who speaks, if they may ask now; else the answer to them. */
export const admitSpeaker = async (
  { verifyBearer, requestLimit, guesses }: Door,
  asked: Asked,
  wanted: string | undefined,
): Promise<Speaker | Response> => {
  const { ip, requestId } = asked;
  const speaker = await speakerOf(verifyBearer, asked, wanted);
  if (!speaker.ok) {
    return speaker.refusal === 'token-invalid' ? refuseGuess(guesses, asked) : problemResponse(speaker.refusal, requestId);
  }
  const { actor, proof } = speaker.value;
  const lockedOut = proof === undefined ? 0 : guesses.secondsToWait(ip, proof);
  if (lockedOut > 0) return waitResponse('too-many-guesses', requestId, lockedOut);
  const tooSoon = requestLimit.take(proof === undefined ? `program ${actor.id}` : `API token ${proof}`);
  return tooSoon > 0 ? waitResponse('too-many-requests', requestId, tooSoon) : speaker.value;
};

/** The same of whoever the middleware has recognised; an API token, which it hasn't, is looked at here. */
export const speakerFrom = async (door: Door, asked: Asked, wanted: string | undefined): Promise<Speaker | Response> => {
  const { caller, ip } = asked;
  if (caller === null) return admitSpeaker(door, asked, wanted);
  const consumer = caller.consumer;
  if (consumer === undefined || (wanted !== undefined && wanted !== consumer)) {
    return problemResponse('consumer-claim-missing', asked.requestId);
  }
  return { consumer, actor: programOf(caller, consumer, ip) };
};

const programOf = ({ id, name }: Pick<Caller, 'id' | 'name'>, consumer: string, ip: string | undefined): Asked['actor'] => ({
  kind: 'program',
  id,
  name,
  roles: [consumerRole(consumer)],
  ...(ip === undefined ? {} : { ip }),
});

/** What the vault's answer says of the token: a guess that missed, or one that is proved. */
export const learnFrom = (
  { guesses }: Pick<Door, 'guesses'>,
  { ip }: Pick<Asked, 'ip'>,
  { proof }: Speaker,
  answer: Result<unknown, Refusal>,
): void => {
  if (!answer.ok && answer.refusal.code === 'api-token-invalid') guesses.missed(ip);
  if (answer.ok && proof !== undefined) guesses.proved(proof);
};

/** An API token is checked in the vault; here it only becomes its proof. */
const speakerOf = async (verifyBearer: VerifyBearer, asked: Asked, wanted: string | undefined): Promise<Result<Speaker, EdgeCode>> => {
  const authorization = asked.header('authorization');
  if (authorization === undefined) return refuse('unauthenticated');
  const token = bearerOf(authorization);
  if (token === null) return refuse('token-invalid');
  const from = asked.ip === undefined ? {} : { ip: asked.ip };
  if (isApiToken(token)) {
    if (wanted === undefined) return refuse('consumer-claim-missing');
    return ok({ consumer: wanted, actor: { kind: 'program', id: 'api-token', ...from }, proof: apiTokenProof(new Sensitive(token)) });
  }
  const verified = await verifyBearer(token);
  if (!verified.ok) return verified;
  const { consumer } = verified.value;
  if (consumer === undefined || (wanted !== undefined && wanted !== consumer)) return refuse('consumer-claim-missing');
  return ok({ consumer, actor: programOf(verified.value, consumer, asked.ip) });
};
