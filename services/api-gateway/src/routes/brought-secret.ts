import type { OneShotBox } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import type { GatewayCommand } from '../clients/vault.ts';
import { problemResponse } from '../problems.ts';

/** A box is bound to the command's id, which only a key lets the caller know. */
export const unkeyed = (requestId: string): Response =>
  problemResponse('idempotency-key-invalid', requestId, { detail: 'a sealed body needs an Idempotency-Key' });

type Brought = { readonly secretFields?: Record<string, string> | undefined; readonly sealed?: OneShotBox | undefined };
type Secret = Pick<GatewayCommand<'credential.register'>, 'box' | 'secret'>;

/** What a body brings for the vault: a box, which passes through, or fields in clear, which are sealed here before anything else. */
export const secretOf = (about: string, { secretFields, sealed }: Brought): Secret =>
  sealed ? { box: sealed } : { secret: { about, fields: new Sensitive(secretFields ?? {}) } };
