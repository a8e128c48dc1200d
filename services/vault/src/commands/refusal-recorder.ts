import type { Actor, Refusal } from '@keyturn/contracts';
import { ok } from '@keyturn/kernel';
import { accessFold, streamOf } from '../folds.ts';
import type { VaultDeps } from '../deps.ts';
import { type LimitedRecorder, limitedRecorder } from './limited-recorder.ts';

type Denied = {
  readonly recipient: string;
  readonly actor: Actor;
  readonly refusal: Refusal;
  readonly credentialId?: string;
  readonly address?: string;
};

/** How a person or program is named as the one who was to get a secret. */
export const recipientOf = ({ kind, id }: Actor): string => `${kind} ${id}`.slice(0, 200);

/**
 * Records that somebody was refused something secret. At most five events a minute for each identity, and one for what came above that, which
 * tells of the last.
 */
export const refusalRecorder = (deps: Pick<VaultDeps, 'log' | 'clock' | 'newId' | 'logger'>): LimitedRecorder<Denied> =>
  limitedRecorder<Denied>({
    ...deps,
    nameOf: ({ recipient }) => recipient,
    append: ({ recipient, actor, refusal, credentialId, address }, times, commandId) => {
      const about = { ...(credentialId === undefined ? {} : { credentialId }), ...(address === undefined ? {} : { address }) };
      const data = { recipient, refusalCode: refusal.code, times, ...about };
      return deps.log.submit(accessFold, {
        commandId,
        fingerprint: commandId,
        stream: streamOf.access(credentialId ?? 'unknown'),
        meta: { commandId, actor },
        decide: () => ok({ events: [{ type: 'access.refused', data }], verdict: {} }),
      });
    },
  });

export type RefusalRecorder = LimitedRecorder<Denied>['record'];
