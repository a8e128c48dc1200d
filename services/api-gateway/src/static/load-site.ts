import { readFile, readdir } from 'node:fs/promises';
import type { Logger } from '@keyturn/telemetry';
import { extname, join, relative, sep } from 'node:path';

/** One file of the admin page. */
export type SiteFile = { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string; readonly immutable: boolean };
/** By URL path. What isn't a key does not exist, so no way of writing a path leads out of the folder. */
export type Site = ReadonlyMap<string, SiteFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
/** Vite puts a hash of the content into the names below `/assets/`. */
const HASHED = /^\/assets\/.*-[\w-]{8,}\.\w+$/;

/** Reads the built admin page into memory: a few megabytes, once. Without one, the API is served alone. */
export const loadSite = async (folder: string | null, log: Logger): Promise<Site> => {
  if (folder === null) return new Map();
  try {
    return await readSite(folder);
  } catch (error) {
    log.warn('site.not-built', { folder, error });
    return new Map();
  }
};

const readSite = async (folder: string): Promise<Site> => {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, SiteFile]> => {
        const path = `/${relative(folder, file).split(sep).join('/')}`;
        const type = TYPES[extname(file)] ?? 'application/octet-stream';
        return [path, { bytes: new Uint8Array(await readFile(file)), type, immutable: HASHED.test(path) }];
      }),
    ),
  );
};
