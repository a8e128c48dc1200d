import { GATEWAY_ACTOR } from './identity/identity.ts';
import type { AuditClient } from './clients/audit.ts';
import type { EventFeed } from './clients/event-feed.ts';
import type { VaultClient } from './clients/vault.ts';
import type { IdentityProvider } from './identity/identity-provider.ts';

/** What the gateway can't work without right now. */
export interface Readiness {
  /** Names: `nats`, `events` (the stream), `vault`, `vault: <part>`, `audit`, `oidc`. Empty when all is well. */
  down(): Promise<string[]>;
}

export type ReadinessDeps = {
  readonly vault: VaultClient;
  readonly audit: AuditClient;
  readonly feed: Pick<EventFeed, 'isConnected'>;
  readonly bus: { isConnected(): boolean };
  readonly provider: Pick<IdentityProvider, 'configuration'>;
};

type Health = { readonly ok: boolean; readonly down: readonly string[] };

const partsDown = async (name: string, ask: () => Promise<Health | null>): Promise<string[]> => {
  const health = await ask().catch(() => null);
  if (health === null) return [name];
  return health.ok ? [] : health.down.map((part) => `${name}: ${part}`);
};

export const readinessOf = ({ vault, audit, feed, bus, provider }: ReadinessDeps): Readiness => {
  const askVault = async (): Promise<Health | null> => {
    const answer = await vault.query('health.check', { actor: GATEWAY_ACTOR, data: {} });
    return answer.ok ? answer.value : null;
  };
  const askAudit = async (): Promise<Health | null> => {
    const answer = await audit.query('health.check', { actor: GATEWAY_ACTOR, data: {} });
    return answer.ok ? answer.value : null;
  };
  const askProvider = async (): Promise<Health> => {
    await provider.configuration();
    return { ok: true, down: [] };
  };
  return {
    down: async () => {
      const nats = [...(bus.isConnected() ? [] : ['nats']), ...(feed.isConnected() ? [] : ['events'])];
      const others = await Promise.all([partsDown('vault', askVault), partsDown('audit', askAudit), partsDown('oidc', askProvider)]);
      return [nats, ...others].flat();
    },
  };
};
