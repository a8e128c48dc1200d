import { createHash } from 'node:crypto';

const HEX = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/u;

/**
 * Makes a command's id out of its root (one scheduled activity) and its content, as a UUIDv8. So a retry after a fault repeats its
 * command and doesn't send a second one, and the same step asked for anew is a new command: an old verdict never answers it.
 */
export const commandIdOf = (root: string, ...content: readonly unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify([root, ...content]))
    .digest('hex')
    .replace(/^(.{32}).*$/u, '$1')
    .replace(HEX, '$1-$2-8$3-8$4-$5');
