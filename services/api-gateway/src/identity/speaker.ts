import { consumerRole } from '@keyturn/contracts/commands';
import { ok, refuse, type Result, Sensitive } from '@keyturn/kernel';
import { apiTokenProof, isApiToken } from '@keyturn/sealing';
import type { Asked } from '../endpoint.ts';
import { bearerOf } from '../middleware/authenticate/index.ts';
import type { EdgeCode } from '../problems.ts';
import type { VerifyBearer } from './bearer.ts';

/** For which consumer somebody speaks, as whom, and how that is shown to the vault. */
type Speaker = { readonly consumer: string; readonly actor: Asked['actor']; readonly proof?: string };

/** An API token is checked in the vault; here it only becomes its proof. */
export const speakerOf = async (
  verifyBearer: VerifyBearer,
  asked: Asked,
  wanted: string | undefined,
): Promise<Result<Speaker, EdgeCode>> => {
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
  const { consumer, id, name } = verified.value;
  if (consumer === undefined || (wanted !== undefined && wanted !== consumer)) return refuse('consumer-claim-missing');
  return ok({ consumer, actor: { kind: 'program', id, name, roles: [consumerRole(consumer)], ...from } });
};
