import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { root } from './run-command.ts';

/** Where pictures of the docs go. */
const imagesDir = resolve(process.env['KEYTURN_IMAGES_DIR'] ?? join(root, 'docs', 'images'));
export const SCHEMES = ['light', 'dark'] as const;
export type Scheme = (typeof SCHEMES)[number];

/** Keeps a picture that was taken. */
export const keepPicture = (picture: Buffer, name: string, scheme: Scheme): void => {
  mkdirSync(imagesDir, { recursive: true });
  const file = join(imagesDir, `${name}${scheme === 'light' ? '' : `-${scheme}`}.png`);
  writeFileSync(file, picture);
  console.log(file);
};

/** Takes a part of the page as it stands, in light and in dark. */
export const takePicture = async (page: Page, name: string, part: Locator): Promise<void> => {
  for (const scheme of SCHEMES) {
    await page.emulateMedia({ colorScheme: scheme });
    keepPicture(await part.screenshot({ animations: 'disabled' }), name, scheme);
  }
};
