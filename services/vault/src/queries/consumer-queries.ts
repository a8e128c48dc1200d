import type { Refusal } from '@keyturn/contracts';
import type { ApiTokenView, RegisteredConsumer, VaultQueryAnswer } from '@keyturn/contracts/queries';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { revisionOfContent } from '../commands/seen-revision.ts';
import type { VaultDeps } from '../deps.ts';
import { type Consumer, consumerContent, consumerFold, streamOf } from '../folds.ts';

type Named = { readonly consumer: string };

const load = (deps: VaultDeps, consumer: string): Promise<Consumer | null> => deps.log.state(consumerFold, streamOf.consumer(consumer));

const viewOf = (deps: VaultDeps, consumer: string, state: Consumer): RegisteredConsumer => {
  const { grants, owner, registeredAt, tokens } = state;
  const now = deps.clock.now().getTime();
  const live = tokens.filter(({ revokedAt, expiresAt }) => revokedAt === null && now < Date.parse(expiresAt));
  const revision = revisionOfContent(consumerContent(state));
  return { consumer, owner, grants: [...grants], registeredAt, liveTokens: live.length, revision };
};

export const listRegistered = async (deps: VaultDeps): Promise<Result<VaultQueryAnswer<'consumer.list'>, Refusal>> => {
  const found = (await deps.consumers.names()).map(async (consumer) => {
    const state = await load(deps, consumer);
    return state === null ? [] : [viewOf(deps, consumer, state)];
  });
  return ok({ items: (await Promise.all(found)).flat() });
};

export const getRegistered = async (deps: VaultDeps, { consumer }: Named): Promise<Result<RegisteredConsumer, Refusal>> => {
  const state = await load(deps, consumer);
  return state === null ? refuse({ code: 'consumer-not-registered', consumer }) : ok(viewOf(deps, consumer, state));
};

export const listTokens = async (deps: VaultDeps, { consumer }: Named): Promise<Result<{ items: ApiTokenView[] }, Refusal>> => {
  const state = await load(deps, consumer);
  if (state === null) return refuse({ code: 'consumer-not-registered', consumer });
  const uses = await deps.consumers.lastUses(state.tokens.map(({ tokenId }) => tokenId));
  return ok({ items: state.tokens.map(({ hash: _secret, ...token }) => ({ ...token, lastUsedAt: uses.get(token.tokenId) ?? null })) });
};
