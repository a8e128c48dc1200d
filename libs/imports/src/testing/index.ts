export { legacyKeys, legacyPath, legacyTruth, readLegacy } from './legacy-fixtures.ts';
export { makeFernetToken } from './make-fernet-token.ts';
