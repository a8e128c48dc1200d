import type { Bus } from '@keyturn/bus';
import type { Actor } from '@keyturn/contracts';

const AUDIT: Actor = { kind: 'service', id: 'audit' };
const TIMEOUT_MS = 2_000;

/** Asks the vault in audit's own name; null where it gives no answer. Audit may ask it for its health and for the log, and for nothing else. */
export const askVault = async (bus: Pick<Bus, 'request'>, subject: string, data: object): Promise<unknown> => {
  const reply = await bus.request(subject, { actor: AUDIT, data }, { timeoutMs: TIMEOUT_MS }).catch(() => null);
  return reply === null || 'refusal' in reply ? null : reply.ok;
};
