import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { DocsFile, DocsPage } from './serve-docs.ts';

const OURS = join(import.meta.dirname, 'page');
const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';
const STYLES = 'text/css; charset=utf-8';

/** Reads the page of the API's document into memory: ours, and the two files of Swagger UI that it loads. */
export const loadDocs = async (): Promise<DocsPage> => {
  const manifest = createRequire(import.meta.url).resolve('swagger-ui-dist/package.json');
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(await readFile(manifest, 'utf8')));
  const assets = `/docs/swagger-ui-${version}`; // a path of its own for each version, so browsers may keep it for ever
  const index = await readFile(join(OURS, 'index.html'), 'utf8');
  const theirs = dirname(manifest);
  return new Map([
    ['/docs', { bytes: new TextEncoder().encode(index.replaceAll('__ASSETS__', assets)), type: HTML, isImmutable: false }],
    ['/docs/start.js', await read(OURS, 'start.js', SCRIPT, false)],
    ['/docs/page.css', await read(OURS, 'page.css', STYLES, false)],
    [`${assets}/swagger-ui.css`, await read(theirs, 'swagger-ui.css', STYLES, true)],
    [`${assets}/swagger-ui-bundle.js`, await read(theirs, 'swagger-ui-bundle.js', SCRIPT, true)],
  ]);
};

const read = async (folder: string, name: string, type: string, isImmutable: boolean): Promise<DocsFile> => ({
  bytes: new Uint8Array(await readFile(join(folder, name))),
  type,
  isImmutable,
});
