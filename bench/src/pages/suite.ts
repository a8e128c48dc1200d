import { AuditStatus, CredentialList } from '@keyturn/contracts/api';
import { buildAdminUi } from '@keyturn/dev-stack';
import { launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { CDPSession, Page } from 'playwright-core';
import type { BenchStack } from '../bench-stack.ts';
import { type Figure, figureOf, type SuiteResult } from '../report/figures.ts';
import { seedCredentials, seededName } from '../seed-credentials.ts';
import { startAudit } from '../start-audit.ts';
import { type BenchGateway, startGateway } from '../start-gateway.ts';
import type { SuiteOptions } from '../suite-options.ts';
import { largestPaint, WATCH_PAINTS } from './paint.ts';
import { plainRows, screenFurther, scrollFor } from './scrolling.ts';

/** Behind what another suite of the same run registers. */
const FROM = 500_000;
const ROWS = 100_000;
const GOOD_PAINT_MS = 2_500;
const ROW_PX = 67;
const PLAIN_ROWS = 2_000;
const FLOOR = { path: '/healthz', shown: 'pre' } as const;
const LIST = '/admin/system/credentials';

type View = { readonly name: string; readonly path: string; readonly shown: string };

const viewsOf = (credentialId: string): readonly View[] => [
  { name: 'the overview', path: '/', shown: 'text=Rotations in flight' },
  { name: 'the list', path: LIST, shown: '[data-row-link]' },
  { name: 'a credential', path: `${LIST}/${credentialId}`, shown: 'role=tabpanel' },
  { name: 'the consumers', path: '/admin/system/consumers', shown: 'h1:has-text("Consumers")' },
  { name: 'the audit log', path: '/admin/system/audit', shown: 'role=table' },
  { name: 'the key ring', path: '/admin/system/key-ring', shown: 'role=table' },
  { name: 'the settings', path: '/admin/system/settings', shown: 'text=Unused for' },
  { name: 'one’s own keys', path: '/account/api-keys', shown: 'h1:has-text("My API keys")' },
];

const LOOK_MS = 500;
const PATIENCE_MS = 300_000;

/** Until audit has come to everything that was registered, as in any installation that runs. */
const auditCaughtUp = async (gateway: BenchGateway, { onProgress }: SuiteOptions): Promise<void> => {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { projectedTo, behind } = AuditStatus.parse(await gateway.get('/api/v1/audit/status'));
    if (behind === null) return;
    if (performance.now() > until) throw new Error(`audit has only come to event ${projectedTo}`);
    onProgress(`pages: audit has come to event ${projectedTo}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
};

type Site = { readonly page: Page; readonly network: CDPSession; readonly url: string };

const paints = async ({ page, network, url }: Site, view: View, rounds: number): Promise<Figure> => {
  const times: { readonly ours: number[]; readonly floor: number[] } = { ours: [], floor: [] };
  const at = (path: string): string => new URL(path, url).href;
  for (let round = 0; round < rounds; round += 1) {
    times.ours.push(await largestPaint(page, network, at(view.path), view.shown));
    times.floor.push(await largestPaint(page, network, at(FLOOR.path), FLOOR.shown));
  }
  const floorIs = 'a page of one line from the same gateway';
  return figureOf({ name: view.name, unit: 'ms', ...times, floorIs, promise: { underMs: GOOD_PAINT_MS } });
};

const openList = async ({ page, url }: Site): Promise<void> => {
  await page.goto(new URL(LIST, url).href);
  await page.locator('[data-row-link]').first().waitFor();
};

const openPlain = async ({ page, url }: Site): Promise<void> => {
  await page.goto(new URL(FLOOR.path, url).href);
  await plainRows(page, PLAIN_ROWS, ROW_PX);
};

const steps = async (page: Page, count: number): Promise<number[]> => {
  const times: number[] = [];
  for (let step = 0; step < count; step += 1) times.push(await screenFurther(page));
  return times;
};

const scrolling = async (site: Site, { isQuick }: SuiteOptions): Promise<{ figures: Figure[]; about: string }> => {
  const [screens, ms] = isQuick ? [10, 2_000] : [100, 20_000];
  await openList(site);
  const ours = { steps: await steps(site.page, screens), scrolled: await scrollFor(site.page, ms) };
  await openPlain(site);
  const floor = { steps: await steps(site.page, screens), scrolled: await scrollFor(site.page, ms) };
  const { longTasks, way } = ours.scrolled;
  const longest = longTasks.length === 0 ? '' : `, the longest ${Math.round(Math.max(...longTasks))} ms`;
  const rows = Math.round(way / ROW_PX).toLocaleString('en');
  return {
    about: `Scrolled on through ${rows} rows in ${ms / 1_000} s: ${longTasks.length} tasks of 50 ms or more${longest}; in the floor’s page ${floor.scrolled.longTasks.length}.`,
    figures: [
      figureOf({
        name: 'the list, a screen further',
        unit: 'ms',
        ours: ours.steps,
        floor: floor.steps,
        floorIs: 'the same in a page of plain rows that are all there',
      }),
      figureOf({
        name: 'the list, a frame while scrolling',
        unit: 'ms',
        ours: ours.scrolled.frames,
        floor: floor.scrolled.frames,
        floorIs: 'the same in a page of plain rows that are all there',
      }),
    ],
  };
};

/** When the main pages have painted their largest content in a real Chromium, and how the list of many rows scrolls. */
export const pages = async (stack: BenchStack, options: SuiteOptions): Promise<SuiteResult> => {
  const count = options.rows ?? (options.isQuick ? 2_000 : ROWS);
  await buildAdminUi();
  const onProgress = (done: number): void => options.onProgress(`pages: ${done} registered`);
  await seedCredentials(stack.asGateway, { from: FROM, count, onProgress });
  const audit = await startAudit(stack);
  const gateway = await startGateway(stack);
  const chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 } } });
  try {
    await auditCaughtUp(gateway, options);
    await chromium.context.addInitScript(WATCH_PAINTS);
    const page = await chromium.context.newPage();
    await signInAs(page, new URL(LIST, gateway.url).href, 'admin');
    const site: Site = { page, network: await chromium.context.newCDPSession(page), url: gateway.url };
    const { items } = CredentialList.parse(await gateway.get(`/api/v1/admin/credentials?search=${seededName(FROM)}`));
    const figures: Figure[] = [];
    for (const view of viewsOf(items[0]?.credentialId ?? '')) {
      figures.push(await paints(site, view, options.isQuick ? 2 : 11));
      options.onProgress(`pages: ${view.name} done`);
    }
    const scrolled = await scrolling(site, options);
    const about = [
      `The largest contentful paint of the main pages in Chromium, signed in, with nothing in its cache and ${count.toLocaleString('en')} credentials registered.`,
      scrolled.about,
    ];
    return { suite: 'Pages', about, figures: [...figures, ...scrolled.figures] };
  } finally {
    await chromium.close();
    await gateway.stop();
    await audit.stop();
  }
};
