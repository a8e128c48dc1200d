export { type Environment, loadSettings } from './load-settings.ts';
export { readSecretFile } from './read-secret-file.ts';
