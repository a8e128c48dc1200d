import { readFile, readdir } from 'node:fs/promises';
import { gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { Logger } from '@keyturn/telemetry';
import { extname, join, relative, sep } from 'node:path';

/** One file of the admin page. */
export type SiteFile = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same, gzipped once when it was loaded; null where that saves nothing, and of the index, which is made anew for each answer. */
  readonly gzipped: Uint8Array<ArrayBuffer> | null;
  /** The same by Brotli, as the build left it beside the file; null where it left none. */
  readonly brotli: Uint8Array<ArrayBuffer> | null;
  readonly type: string;
  readonly immutable: boolean;
};
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
/** Types that gzip makes smaller. */
const SQUEEZED = /^(text\/|application\/json|image\/svg)/;
const BROTLI = '.br';
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
  const all = new Set(found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
  const files = [...all].filter((file) => !file.endsWith(BROTLI));
  return new Map(
    await Promise.all(
      files.map(async (file): Promise<[string, SiteFile]> => {
        const path = `/${relative(folder, file).split(sep).join('/')}`;
        const type = TYPES[extname(file)] ?? 'application/octet-stream';
        const bytes = new Uint8Array(await readFile(file));
        const gzipped = SQUEEZED.test(type) && path !== '/index.html' ? new Uint8Array(await promisify(gzip)(bytes, { level: 9 })) : null;
        const brotli = all.has(file + BROTLI) ? new Uint8Array(await readFile(file + BROTLI)) : null;
        return [path, { bytes, gzipped, brotli, type, immutable: HASHED.test(path) }];
      }),
    ),
  );
};
