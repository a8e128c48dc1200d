import type { SecretOpenRefused } from '@keyturn/contracts/events';
import { ok } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { accessFold, streamOf } from '../folds.ts';
import { rateLimit } from './rate-limit.ts';

type Refused = Omit<SecretOpenRefused['data'], 'times'>;

/** Records that a stored version did not open. At most five events a minute for each version. */
export const openRefusalRecorder = ({ log, clock, newId, logger }: Pick<VaultDeps, 'log' | 'clock' | 'newId' | 'logger'>) => {
  const timesToSay = rateLimit(clock);
  return async (refused: Refused): Promise<void> => {
    const { credentialId, version, part } = refused;
    logger.error('secret.open-refused', { credentialId, version, part });
    const times = timesToSay(`${credentialId} ${version}`);
    if (times === 0) return;
    const commandId = newId();
    await log.submit(accessFold, {
      commandId,
      fingerprint: commandId,
      stream: streamOf.access(credentialId),
      meta: { commandId, actor: { kind: 'service', id: 'vault' } },
      decide: () => ok({ events: [{ type: 'secret.open-refused', data: { ...refused, times } }], verdict: {} }),
    });
  };
};

export type OpenRefusalRecorder = ReturnType<typeof openRefusalRecorder>;
