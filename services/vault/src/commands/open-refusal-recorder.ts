import type { SecretOpenRefused } from '@keyturn/contracts/events';
import { ok } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import { accessFold, streamOf } from '../folds.ts';
import { type LimitedRecorder, limitedRecorder } from './limited-recorder.ts';

type Refused = Omit<SecretOpenRefused['data'], 'times'>;
export type OpenRefusalRecorder = LimitedRecorder<Refused>;

/** Records that a stored version did not open. At most five events a minute for each version, and one for what came above that. */
export const openRefusalRecorder = (deps: Pick<VaultDeps, 'log' | 'clock' | 'newId' | 'logger'>): OpenRefusalRecorder => {
  const { log, logger } = deps;
  const limited = limitedRecorder<Refused>({
    ...deps,
    nameOf: ({ credentialId, version }) => `${credentialId} ${version}`,
    append: (refused, times, commandId) =>
      log.submit(accessFold, {
        commandId,
        fingerprint: commandId,
        stream: streamOf.access(refused.credentialId),
        meta: { commandId, actor: { kind: 'service', id: 'vault' } },
        decide: () => ok({ events: [{ type: 'secret.open-refused', data: { ...refused, times } }], verdict: {} }),
      }),
  });
  return {
    ...limited,
    record: async (refused) => {
      const { credentialId, version, part } = refused;
      logger.error('secret.open-refused', { credentialId, version, part });
      await limited.record(refused);
    },
  };
};
