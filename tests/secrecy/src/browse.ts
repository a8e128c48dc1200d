import { launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { BrowserContext, Page, Response } from 'playwright-core';
import type { Evidence } from './evidence.ts';

export type Browsing = {
  readonly page: Page;
  /** Opens another page of the admin UI, with what it shows. */
  open(url: string): Promise<void>;
  /** Writes down what is stored, and closes the browser; its profile stays. */
  stop(): Promise<void>;
};

const PATIENCE_MS = 120_000;

/** Signs in to the admin UI as an admin with a real browser, and writes down all that it is answered. */
export const browse = async (adminUiUrl: string, evidence: Evidence): Promise<Browsing> => {
  const { context, close } = await launchChromium({ env: process.env, keepProfileIn: evidence.folder('browser-profile') });
  context.setDefaultTimeout(PATIENCE_MS);
  try {
    const answers: Promise<void>[] = [];
    context.on('response', (response) => void answers.push(keepAnswer(response, evidence)));
    const page = context.pages()[0] ?? (await context.newPage());
    await keepEventStream(context, page, evidence);
    await signInAs(page, adminUiUrl, 'admin');
    return {
      page,
      open: async (url) => {
        await page.goto(url);
        await page.locator('main').waitFor();
      },
      stop: async () => {
        await keepStorage(context, page, evidence);
        await Promise.all(answers);
        await close();
      },
    };
  } catch (fault) {
    await close();
    throw fault;
  }
};

/** A stream of events has no body until it ends: its messages are kept one by one. */
const keepAnswer = async (response: Response, evidence: Evidence): Promise<void> => {
  const headers = await response.allHeaders().catch(() => ({}));
  const body = String(response.headers()['content-type']).startsWith('text/event-stream') ? '' : await response.body().catch(() => '');
  evidence.add('browser-answers', response.url(), ...Object.entries(headers).flat(), body);
};

const keepEventStream = async (context: BrowserContext, page: Page, evidence: Evidence): Promise<void> => {
  const session = await context.newCDPSession(page);
  session.on('Network.eventSourceMessageReceived', ({ eventName, data }) => evidence.add('browser-answers', eventName, data));
  await session.send('Network.enable');
};

const keepStorage = async (context: BrowserContext, page: Page, evidence: Evidence): Promise<void> => {
  const stored = await context.storageState({ indexedDB: true }); // cookies, local storage and IndexedDB of every origin
  const session = await page.evaluate('JSON.stringify(Object.entries(sessionStorage))');
  evidence.add('browser-storage', JSON.stringify(stored), String(session), await page.content());
};
