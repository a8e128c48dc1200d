export { assertNever } from './assert-never.ts';
export { systemClock, type Clock } from './clock.ts';
export { inTurn } from './in-turn.ts';
export { recentMap, type RecentMap } from './recent-map.ts';
export { ok, refuse, type Result } from './result.ts';
export { Sensitive } from './sensitive.ts';
