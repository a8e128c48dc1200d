import type { RotationView } from '@keyturn/contracts/api';
import { followRotation, type GatewayClient } from '@keyturn/dev-stack';

/** One rotation that ended, in milliseconds by the vault's clock. */
export type RotationFigures = {
  readonly epoch: number;
  readonly status: RotationView['status'];
  /** From commit to the last instance's acknowledgement. */
  readonly convergenceMs: number | null;
  /** While both versions were accepted. */
  readonly overlapMs: number | null;
  readonly totalMs: number;
  readonly acknowledgedBy: readonly string[];
  readonly sentence: string;
};

export type RotationsOptions = {
  readonly api: GatewayClient;
  readonly credentialId: string;
  readonly count: number;
  readonly onEnd: (figures: RotationFigures, index: number) => void;
};

const TIMEOUT_MS = 180_000;

export const figuresOf = ({ epoch, status, convergenceMs, overlapMs, requestedAt, endedAt, acknowledgements, sentence }: RotationView) => ({
  epoch,
  status,
  convergenceMs,
  overlapMs,
  totalMs: Date.parse(endedAt ?? requestedAt) - Date.parse(requestedAt),
  acknowledgedBy: acknowledgements.filter(({ ok }) => ok).map(({ consumer, instance }) => `${consumer}/${instance}`),
  sentence,
});

/** Lets a rotation that is open come to its end, so that the first one asked for here isn't refused. */
export const awaitOpenRotation = async (api: GatewayClient, address: string): Promise<string | null> => {
  const found = (await api.list(address)).items.find((item) => item.address === address);
  if (found === undefined) return null;
  const { credentialId, openEpoch } = found;
  if (openEpoch !== null) await followRotation(api, { credentialId, epoch: openEpoch }, { timeoutMs: TIMEOUT_MS });
  return credentialId;
};

/** Rotates one after another; stops at the first that doesn't complete, because the next would only fail for the same reason. */
export const runRotations = async ({ api, credentialId, count, onEnd }: RotationsOptions): Promise<RotationFigures[]> => {
  const ended: RotationFigures[] = [];
  for (let index = 0; index < count; index += 1) {
    const { epoch } = await api.rotate(credentialId, `demo, ${index + 1} of ${count}`);
    const figures = figuresOf(await followRotation(api, { credentialId, epoch }, { timeoutMs: TIMEOUT_MS }));
    ended.push(figures);
    onEnd(figures, index);
    if (figures.status !== 'completed') break;
  }
  return ended;
};
