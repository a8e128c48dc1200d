import { setTimeout as pause } from 'node:timers/promises';
import type { RotationView } from '@keyturn/contracts/queries';
import type { GatewayClient } from './gateway-client.ts';

const POLL_MS = 100;

/** Follows a rotation to its end; `onChange` hears every new state of it. Throws where it takes longer than `timeoutMs`. */
export const followRotation = async (
  api: Pick<GatewayClient, 'rotation'>,
  of: { readonly credentialId: string; readonly epoch: number },
  options: { readonly timeoutMs: number; readonly onChange?: (rotation: RotationView) => void },
): Promise<RotationView> => {
  const deadline = performance.now() + options.timeoutMs;
  let last = '';
  for (;;) {
    const rotation = await api.rotation(of.credentialId, of.epoch);
    const said = JSON.stringify(rotation);
    if (said !== last) options.onChange?.(rotation);
    last = said;
    if (rotation.status !== 'open') return rotation;
    if (performance.now() > deadline) throw new Error(`rotation ${of.epoch} did not end in ${options.timeoutMs} ms: ${rotation.sentence}`);
    await pause(POLL_MS);
  }
};

/** Turns successive states into lines, each said once: a step with its milliseconds, or an instance's report. */
export const timelineLines = (): ((rotation: RotationView) => string[]) => {
  const said = new Set<string>();
  const once = (line: string): string[] => {
    if (said.has(line)) return [];
    said.add(line);
    return [line];
  };
  return (rotation) => [
    ...rotation.steps.flatMap(({ name, status, afterMs }) =>
      status === 'done'
        ? once(`${String(Math.round(afterMs ?? 0)).padStart(7)} ms  ${name}`)
        : status === 'failed'
          ? once(`            ${name} failed`)
          : [],
    ),
    ...rotation.preflights.flatMap(({ consumer, instance, ok, afterAskMs, sentence }) => {
      if (ok === null) return [];
      const verdict = ok ? 'tried the new version, and it works' : `tried the new version, and it does not work: ${sentence ?? ''}`;
      return once(`            ${consumer}/${instance} ${verdict}, ${Math.round(afterAskMs ?? 0)} ms after the question`);
    }),
    ...rotation.acknowledgements.flatMap(({ consumer, instance, ok, afterCommitMs, sentence }) => {
      const verdict = ok ? 'proved the new version and reported it working' : `reported that it does not work: ${sentence ?? ''}`;
      return once(`            ${consumer}/${instance} ${verdict}, ${Math.round(afterCommitMs)} ms after the commit`);
    }),
  ];
};
