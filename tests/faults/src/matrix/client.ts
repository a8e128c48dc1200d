import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { ClientCall } from '../check/run-record.ts';
import type { MatrixStack, Target } from './matrix-stack.ts';

const Answer = z.looseObject({ epoch: z.int().optional(), code: z.string().optional() });
const PATIENCE_MS = 60_000;
const UNKNOWN: ReadonlySet<number> = new Set([500, 502, 503, 504]);

/** A client that keeps its history: what it asked, with which key, when, and what it was told. */
export const matrixClient = ({ faults }: MatrixStack, { credentialId }: Target, name: string, calls: ClientCall[]) => {
  const { gatewayUrl, tokens } = faults.stack.endpoints;
  const callOnce = async (what: ClientCall['what'], path: string, key: string): Promise<ClientCall> => {
    const invokedAt = new Date().toISOString();
    const answer = await fetch(`${gatewayUrl}/api/v1/admin/credentials/${credentialId}/rotations${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(what === 'cancel' ? { reason: 'the matrix asks for it' } : {}),
      signal: AbortSignal.timeout(20_000),
    }).then(
      async (response) => ({ status: response.status, ...Answer.parse(await response.json()) }),
      () => ({ status: 504, epoch: undefined, code: undefined }),
    );
    const { status, epoch = null, code = '' } = answer;
    const outcome = status < 300 ? 'ok' : UNKNOWN.has(status) ? 'info' : 'fail';
    const call: ClientCall = {
      client: name,
      key,
      what,
      invokedAt,
      endedAt: new Date().toISOString(),
      outcome,
      said: `${status} ${code}`,
      epoch,
    };
    calls.push(call);
    return call;
  };
  /** An unknown outcome is asked for again with the same key. */
  const untilTold = async (what: ClientCall['what'], path: string, key: string): Promise<ClientCall> => {
    for (const until = performance.now() + PATIENCE_MS; ;) {
      const call = await callOnce(what, path, key);
      if (call.outcome !== 'info' || performance.now() > until) return call;
      await pause(100);
    }
  };
  return {
    rotate: () => untilTold('rotate', '', randomUUID()),
    /** Repeats a rotation that was acknowledged long ago. */
    repeat: ({ key }: ClientCall) => untilTold('rotate again', '', key),
    cancel: (epoch: number) => untilTold('cancel', `/${epoch}/cancel`, randomUUID()),
  };
};
