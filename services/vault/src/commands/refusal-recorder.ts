import type { Actor, Refusal } from '@keyturn/contracts';
import { accessFold, streamOf } from '../folds.ts';
import type { VaultDeps } from '../deps.ts';

type Denied = {
  readonly recipient: string;
  readonly actor: Actor;
  readonly refusal: Refusal;
  readonly credentialId?: string;
  readonly address?: string;
};

/** How a person or program is named as the one who was to get a secret. */
export const recipientOf = ({ kind, id }: Actor): string => `${kind} ${id}`.slice(0, 200);

const PER_MINUTE = 5;
const MINUTE = 60_000;

/**
 * Records that somebody was refused something secret. At most five events a minute for each identity; what came above that is in the count
 * of the next one.
 */
export const refusalRecorder = (deps: Pick<VaultDeps, 'log' | 'clock' | 'newId' | 'logger'>) => {
  const recent = new Map<string, { since: number; recorded: number; unsaid: number }>();

  const timesToSay = (recipient: string): number => {
    const now = deps.clock.now().getTime();
    const known = recent.get(recipient);
    if (!known || now - known.since >= MINUTE) {
      recent.set(recipient, { since: now, recorded: 1, unsaid: 0 });
      return 1 + (known?.unsaid ?? 0);
    }
    if (known.recorded >= PER_MINUTE) known.unsaid += 1;
    else known.recorded += 1;
    return known.unsaid > 0 ? 0 : 1;
  };

  return async ({ recipient, actor, refusal, credentialId, address }: Denied): Promise<void> => {
    const times = timesToSay(recipient);
    if (times === 0) return;
    const commandId = deps.newId();
    const data = {
      recipient,
      refusalCode: refusal.code,
      times,
      ...(credentialId === undefined ? {} : { credentialId }),
      ...(address === undefined ? {} : { address }),
    };
    await deps.log.submit(accessFold, {
      commandId,
      fingerprint: commandId,
      stream: streamOf.access(credentialId ?? 'unknown'),
      meta: { commandId, actor },
      decide: () => ({ ok: true, value: { events: [{ type: 'access.refused', data }], verdict: {} } }),
    });
  };
};

export type RefusalRecorder = ReturnType<typeof refusalRecorder>;
