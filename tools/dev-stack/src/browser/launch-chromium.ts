import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { findChromium, type FindChromiumOptions } from './find-chromium.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const PATIENCE_MS = 60_000;

export type Chromium = { readonly context: BrowserContext; close(): Promise<void> };

export type LaunchOptions = FindChromiumOptions & {
  readonly context?: BrowserContextOptions;
  /** Where the profile stays when it is closed, to be looked at. */
  readonly keepProfileIn?: string;
};

/** Starts a headless Chromium with a profile of its own, which is gone when it is closed unless it is to be kept. */
export const launchChromium = async (options: LaunchOptions): Promise<Chromium> => {
  const executablePath = findChromium(options);
  const profile = options.keepProfileIn ?? mkdtempSync(join(tmpdir(), 'keyturn-chromium-'));
  const forget = (): void => {
    if (options.keepProfileIn === undefined) rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: ARGS, ...options.context });
    context.setDefaultTimeout(PATIENCE_MS);
    const close = async (): Promise<void> => {
      await context.close();
      forget();
    };
    return { context, close };
  } catch (fault) {
    forget();
    throw fault;
  }
};
