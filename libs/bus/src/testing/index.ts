export { memoryNats, type MemoryNats } from './memory-nats.ts';
