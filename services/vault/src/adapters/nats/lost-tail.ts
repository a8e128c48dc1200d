import type { Bus } from '@keyturn/bus';
import { type Actor, querySubject } from '@keyturn/contracts';
import { AUDIT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import type { Logger } from '@keyturn/telemetry';
import type { LostTail } from '../../ports/lost-tail.ts';

const VAULT: Actor = { kind: 'service', id: 'vault', roles: ['vault'] };
const TIMEOUT_MS = 10_000;

/** Asks audit, which the vault may ask nothing else. */
export const natsLostTail = ({ bus, logger }: { readonly bus: Pick<Bus, 'request'>; readonly logger: Logger }): LostTail => ({
  shreds: async ({ head, incarnation, after }) => {
    const data = { head, incarnation, ...(after === null ? {} : { after }) };
    try {
      const reply = await bus.request(querySubject('audit', 'lost.shreds'), { actor: VAULT, data }, { timeoutMs: TIMEOUT_MS });
      if ('ok' in reply) return AUDIT_QUERIES_TABLE['lost.shreds'].answer.parse(reply.ok);
      logger.warn('restore.audit-refuses', { code: reply.refusal.code });
    } catch (error) {
      logger.warn('restore.audit-silent', { error });
    }
    return null;
  },
});
