export type { Bus, BusStatus, Headers, Incoming, NoticeHandler, RequestOptions, ServeHandler, ServeOptions, Subscribed } from './bus.ts';
export { connectBus, type BusSettings } from './connect-bus.ts';
export { NoResponders, RequestTimedOut, ServiceFault, ServiceUnavailable } from './faults.ts';
export { natsAsker, type NatsAsker } from './nats-asker.ts';
export type { NatsBus } from './nats-bus.ts';
export { toNats, type NatsHeaders } from './nats-headers.ts';
export { sealedRequester, type Answer, type SealedRequest, type SealedRequester, type SealedRequesterDeps } from './sealed-requester.ts';
export { openRequest, type OpenedRequest, type SealedMessage } from './sealed-server.ts';
export { tracedBus } from './traced-bus.ts';
export { userKey, type UserKey } from './user-key.ts';
export {
  askSealingKeys,
  vaultClient,
  type CommandOptions,
  type QueryOptions,
  type VaultClient,
  type VaultClientDeps,
} from './vault-client.ts';
