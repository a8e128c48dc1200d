import type { OnBehalfOf } from '@keyturn/contracts/commands';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import type { Asked } from '../endpoint.ts';
import { bearerOf } from '../middleware/authenticate/index.ts';
import type { VerifyBearer } from './bearer.ts';

/** Whom a program names in its query, whose keys a grant of it then has to name. */
export const UserNamed = z.object({
  user_issuer: z.string().min(1).max(500).optional(),
  user_subject: z.string().min(1).max(255).optional(),
});
export type UserNamed = z.infer<typeof UserNamed>;

/** For a `refine` of a query. */
export const isWholeName = ({ user_issuer, user_subject }: UserNamed): boolean =>
  (user_issuer === undefined) === (user_subject === undefined);
export const WHOLE_NAME = { path: ['user_subject'], error: 'a user is named by issuer and subject, or not at all' };

export const ON_BEHALF_OF = 'X-On-Behalf-Of';
export const ON_BEHALF_OF_HEADER = {
  [ON_BEHALF_OF]: {
    summary: 'The access token of the user for whom the program asks: `Bearer <token>`. It comes before a name in the query.',
    schema: z.string(),
    example: 'Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl',
  },
};

/** For whom a program asks: shown by that person's own token, else only named. A token that is bad is never made up for by a name. */
export const onBehalfOf = async (
  verifyBearer: VerifyBearer,
  { header }: Pick<Asked, 'header'>,
  { user_issuer: issuer, user_subject: subject }: UserNamed,
): Promise<Result<OnBehalfOf | undefined, 'on-behalf-of-invalid'>> => {
  const shown = header(ON_BEHALF_OF);
  if (shown === undefined) return ok(issuer === undefined || subject === undefined ? undefined : { issuer, subject });
  const token = bearerOf(shown);
  const verified = token === null ? null : await verifyBearer(token);
  if (!verified?.ok || verified.value.kind !== 'person' || verified.value.issuer === undefined) return refuse('on-behalf-of-invalid');
  return ok({ issuer: verified.value.issuer, subject: verified.value.id, shownBy: 'token' });
};
