/** What runs in a browser too: nothing here imports `node:`. */
export { canonicalBytes, canonicalJson } from './canonical-json.ts';
export { fromBase64Url, toBase64Url } from './base64url.ts';
export { aboutOf, sealingAad, type MessageContext } from './sealing-aad.ts';
export { newestSealingKey, SealingKeysUntrusted, verifySealingKeys } from './sealing-keys.ts';
export { commandIdFor, derivedUuid } from './command-id.ts';
export { sealFields, type SealedFor } from './seal-fields.ts';
export { sealOnce, type SealedOnce } from './seal-once.ts';
export { newRevealKey, sealerTo, type RevealKey, type SealedToKey, type SealTo } from './seal-to.ts';
export { mask } from './mask.ts';
