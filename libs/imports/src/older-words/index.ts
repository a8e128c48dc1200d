export { legacyType, mainSecretOf } from './legacy-type.ts';
export { readMetadata } from './row-metadata.ts';
