export * from './browser.ts';
export { ackMac, verifyAck, type AckClaim } from './acks.ts';
export { EnvelopeUnreadable, openVersion, sealVersion, type EnvelopeContext, type VersionSecret } from './envelope.ts';
export { BOX_LIFETIME_MS } from './expiry.ts';
export { fingerprint, type OpenedCommand } from './fingerprint.ts';
export { createLink, openOverLink, sealOverLink, type Link } from './link.ts';
export { linkTable, type LinkTable, type LinkTableDeps, type OpenedBox } from './link-table.ts';
export { sealingKeyStatement } from './sealing-keys.ts';
export { generateIdentity, generateSealingKey, signSealingKey, type KeyPair } from './vault-keys.ts';
