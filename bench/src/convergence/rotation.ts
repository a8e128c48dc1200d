import { setTimeout as pause } from 'node:timers/promises';
import type { VaultClient } from '@keyturn/bus';
import { RotationStarted } from '@keyturn/contracts/commands';
import { RotationView } from '@keyturn/contracts/queries';
import { must } from '../vault-answers.ts';

export type Rotating = {
  readonly asGateway: VaultClient;
  readonly asWorker: VaultClient;
  readonly credentialId: string;
  readonly publicFields: Readonly<Record<string, string>>;
  readonly password: string;
  /** How many instances have to acknowledge. */
  readonly instances: number;
  /** Resolves when every instance has reported the generation. */
  readonly allReported: (generation: number) => Promise<void>;
};

/**
 * One rotation by the vault's own epoch commands, as the worker sends them, without a provider: what is measured is how fast the instances
 * follow a commit. Answers the vault's own figure, from the commit to the last acknowledgement.
 */
export const rotateOnce = async (rotating: Rotating, version: number): Promise<number> => {
  const { asGateway, asWorker, credentialId } = rotating;
  const { epoch } = RotationStarted.parse(await must(asGateway, 'rotation.request', { credentialId, note: 'bench' }));
  const of = { credentialId, epoch, version };
  await must(asWorker, 'epoch.stage-candidate', { ...of, publicFields: rotating.publicFields, providerId: 'bench' }, rotating.password);
  await must(asWorker, 'epoch.record-applied', of);
  await must(asWorker, 'epoch.record-tested', { ...of, verdict: 'valid', sentence: 'not tried: bench', elapsedMs: 0 });
  await must(asWorker, 'epoch.commit', of);
  await rotating.allReported(version);
  const convergenceMs = await convergenceOf(rotating, epoch);
  await retire(rotating, { credentialId, epoch, version: version - 1 });
  return convergenceMs;
};

const convergenceOf = async ({ asGateway, credentialId, instances }: Rotating, epoch: number): Promise<number> => {
  const found = await asGateway.query('rotation.get', { credentialId, epoch });
  if (!found.ok) throw new Error(`rotation.get was refused: ${found.refusal.code}`);
  const { convergenceMs, acknowledgements } = RotationView.parse(found.value.value);
  const proved = acknowledgements.filter(({ ok }) => ok).length;
  if (convergenceMs === null || proved !== instances) throw new Error(`${proved} of ${instances} instances acknowledged`);
  return convergenceMs;
};

const RETRY_MS = 10;
const PATIENCE_MS = 30_000;

/** Ends the old version, once the beats have told that nobody holds it any more. */
const retire = async ({ asWorker }: Rotating, of: { credentialId: string; epoch: number; version: number }): Promise<void> => {
  const deadline = performance.now() + PATIENCE_MS;
  const evidence = { idle: true, samples: 1, observedMs: 0, sentence: 'not watched: bench' };
  await must(asWorker, 'epoch.record-evidence', { ...of, ...evidence });
  for (;;) {
    const isStarted = await must(asWorker, 'epoch.start-revocation', of).then(
      () => true,
      (fault: unknown) => {
        if (performance.now() > deadline) throw fault;
        return false;
      },
    );
    if (isStarted) break;
    await pause(RETRY_MS);
  }
  await must(asWorker, 'epoch.record-logins-denied', of);
  await must(asWorker, 'epoch.record-revoked', of);
  await must(asWorker, 'epoch.complete', { credentialId: of.credentialId, epoch: of.epoch });
};
