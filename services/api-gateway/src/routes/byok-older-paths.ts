import { CredentialId } from '@keyturn/contracts';
import { z } from 'zod';
import type { ChangeDeps } from '../byok/change-keys.ts';
import type { Endpoint } from '../endpoint.ts';
import { SAMPLE_KEY_ID } from '../samples/ids.ts';
import { adding, deleting, listing, testing } from './byok-answers.ts';

const KEYS = '/api/v1/auth/byok/keys';
const takes = z.object({ params: z.object({ key_id: CredentialId }) });
const example = { params: { key_id: SAMPLE_KEY_ID } };
const which = ({ params }: z.output<typeof takes>) => ({ keyId: params.key_id });

/** The paths by which clients of an older system know the same. */
export const byokOlderRoutes = (deps: ChangeDeps): Endpoint[] => [
  listing(deps, { name: 'listOwnKeysByOlderPath', path: KEYS }),
  adding(deps, { name: 'addOwnKeyByOlderPath', path: KEYS }),
  deleting(deps, { name: 'deleteOwnKeyByOlderPath', path: `${KEYS}/{key_id}`, takes, example, which }),
  testing(deps, { name: 'testOwnKeyByOlderPath', path: `${KEYS}/{key_id}/test`, takes, example, which }),
];
