import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { root } from './run-command.ts';

/** Where pictures of the docs go. */
const imagesDir = resolve(process.env['KEYTURN_IMAGES_DIR'] ?? join(root, 'docs', 'images'));
const SCHEMES = ['light', 'dark'] as const;

/** Takes a part of the page as it stands, in light and in dark. */
export const takePicture = async (page: Page, name: string, part: Locator): Promise<void> => {
  mkdirSync(imagesDir, { recursive: true });
  for (const scheme of SCHEMES) {
    await page.emulateMedia({ colorScheme: scheme });
    const file = join(imagesDir, `${name}${scheme === 'light' ? '' : `-${scheme}`}.png`);
    writeFileSync(file, await part.screenshot({ animations: 'disabled' }));
    console.log(file);
  }
};
