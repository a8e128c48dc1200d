export { checkedLookup, EgressRefused, type Resolve } from './checked-lookup.ts';
export { type EgressRules, NEVER_A_DATABASE, parseDatabaseEgressAllow, parseEgressAllow, publicOnly } from './egress-rules.ts';
export { ask, bearer, counted, type Finding, httpAdapter, readJson, unexpected, urlOf } from './http-adapter.ts';
export { actsAs, asOneWork, givingWay, withAccount } from './one-work.ts';
export { createPace, type IsTooMany, type Pace, paced, type PaceOptions, type ProviderRate, TurnTooFar } from './pace.ts';
export { type NoReply, providerHttp, type ProviderHttp, type ProviderHttpOptions, type ProviderReply } from './provider-http.ts';
export { memoryTurns, type Turns } from './turns.ts';
