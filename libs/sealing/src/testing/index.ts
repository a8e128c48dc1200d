export { twoKeyEnvelope } from './two-key-envelope.ts';
