export { fakeKeyturn, type FakeKeyturn, type Told } from './fake-keyturn.ts';
export { manualClock, type ManualClock } from './manual-clock.ts';
export { MemoryVault, type Acked, type Heard } from './memory-vault.ts';
export { serveMemoryVault } from './serve-memory-vault.ts';
