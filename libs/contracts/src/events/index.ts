export * from './backup-events.ts';
export * from './credential-events.ts';
export * from './lifecycle-events.ts';
export * from './key-ring-events.ts';
export * from './log-events.ts';
export * from './other-events.ts';
export * from './recorded.ts';
export * from './setting-events.ts';
