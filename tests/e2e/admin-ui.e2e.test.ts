import { SAMPLE_POLICY } from '@keyturn/dev-stack';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readCredential, untilSteady } from './support/admin.ts';
import { ask, credentialPath } from './support/ask.ts';

const { credentialId, endpoints } = inject('stack');
const { adminUiUrl, workload } = endpoints;
const STEPS = ['Requested', 'Staged', 'Applied', 'Tested', 'Preflighted', 'Committed', 'Acknowledged', 'Revoking', 'Revoked', 'Completed'];
const INSTANCES = ['orders/one', 'orders/two'];

let chromium: Chromium;
let page: Page;
const complaints: string[] = [];

/** The one 401 that is meant: the page asks who is signed in before anybody is. */
const isAskedBeforeSignIn = (url: string): boolean => url.endsWith('/api/v1/session');

const listen = (to: Page): void => {
  to.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type()) || isAskedBeforeSignIn(message.location().url)) return;
    complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  to.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
  to.on('response', (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`);
  });
};

/** How long it goes on after the commit. */
const grace = async (graceMs: number): Promise<void> => {
  const body = { policy: { graceMs }, reason: 'somebody looks on' };
  expect((await ask(`${credentialPath(credentialId)}/policy`, { method: 'PATCH', body })).status).toBe(200);
};

beforeAll(async () => {
  await untilSteady(credentialId);
  await grace(5_000);
  chromium = await launchChromium({
    env: process.env,
    onProgress: (sentence) => console.log(sentence),
    context: { viewport: { width: 1280, height: 900 } },
  });
  page = await chromium.context.newPage();
  listen(page);
}, 300_000);
afterAll(async () => {
  await chromium?.close();
  await grace(SAMPLE_POLICY.graceMs);
});

const stepsDone = async (run: Locator): Promise<string[]> => {
  const done = run.locator('li[data-status="done"]');
  const texts = await done.allTextContents();
  return STEPS.filter((name) => texts.some((text) => text.startsWith(`${name},`)));
};

/** Looks until `name` is done; what was seen on the way is how a person saw it happen. */
const watchUntil = async (run: Locator, name: string): Promise<string[][]> => {
  const seen: string[][] = [];
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    const done = await stepsDone(run);
    if (done.length !== seen.at(-1)?.length) seen.push(done);
    if (done.includes(name)) return seen;
  }
  throw new Error(`${name} was not shown as done; seen: ${JSON.stringify(seen)}`);
};

const openTab = async (name: string): Promise<Locator> => {
  await page.getByRole('tab', { name }).click();
  return page.getByRole('tabpanel', { name });
};

const rowOf = (table: Locator, start: string): Locator => table.getByRole('row').filter({ hasText: new RegExp(`^${start}`, 'u') });

describe('the admin page', () => {
  it('signs in, rotates, shows every step live through a reload, and keeps no secret', async () => {
    await signInAs(page, adminUiUrl, 'admin');
    await page.goto(`${adminUiUrl}?q=${workload.address}`);
    await page.getByRole('link', { name: workload.address, exact: true }).click();
    await page.waitForURL(`${adminUiUrl}/${credentialId}`);
    await page.getByRole('heading', { level: 1, name: workload.address }).waitFor();
    const from = Number((await page.getByText('Current version').locator('xpath=following-sibling::*').textContent())?.replace('v', ''));
    const to = ((await readCredential(credentialId)).versions[0]?.version ?? 0) + 1; // numbers of failed and withdrawn versions stay taken

    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    await page.getByLabel('Note').fill('by the e2e test');
    await page.getByRole('button', { name: 'Start rotation' }).click();
    const run = page.getByRole('region', { name: /^Rotation \d+$/u });
    await run.getByText('by the e2e test').waitFor();
    const title = (await run.getByRole('heading', { level: 2 }).textContent()) ?? '';

    const before = await watchUntil(run, 'Committed');
    await page.reload();
    await run.getByRole('heading', { level: 2, name: title }).waitFor();
    const after = await watchUntil(run, 'Completed');

    // How many steps a look catches is the machine's speed; which ones, in which order, and that none is taken back is not.
    for (const done of [...before, ...after]) expect(done).toEqual(STEPS.slice(0, done.length));
    for (const lengths of [before, after].map((seen) => seen.map((done) => done.length))) {
      expect(lengths).toEqual([...new Set(lengths)].toSorted((a, b) => a - b));
    }
    const [lastBefore = [], firstAfter = []] = [before.at(-1), after[0]];
    expect(firstAfter.length).toBeGreaterThanOrEqual(lastBefore.length);
    expect(lastBefore).not.toContain('Completed'); // the grace and the soak after the commit take longer than a look: it was live
    expect(after.at(-1)).toEqual(STEPS);
    const { steps } = (await readCredential(credentialId)).rotations[0] ?? {};
    expect(steps?.map(({ name, status }) => `${name} ${status}`)).toEqual(STEPS.map((name) => `${name.toLowerCase()} done`));
    expect(steps?.map(({ at }) => at)).toEqual(steps?.map(({ at }) => at).toSorted());

    await run.getByText(`Completed: version ${to} of ${workload.address} is current, version ${from} is revoked.`).waitFor();
    for (const instance of INSTANCES) {
      await run.getByRole('listitem').filter({ hasText: instance }).getByText('proved and reported working').waitFor();
    }

    const versions = await openTab('Versions');
    await rowOf(versions, `v${to}by`).getByText('current', { exact: true }).waitFor();
    await rowOf(versions, `v${from}(by|at its registration)`).getByText('revoked', { exact: true }).waitFor();

    const consumers = await openTab('Consumers');
    for (const instance of INSTANCES) {
      const row = rowOf(consumers, instance);
      await row.getByText('live', { exact: true }).waitFor();
      await row.getByText(`v${to}`, { exact: true }).waitFor();
    }

    const timeline = await openTab('Timeline');
    const epoch = title.replace('Rotation ', '');
    for (const sentence of [
      `asked for rotation ${epoch} (manual): by the e2e test`,
      `rotated ${from} → ${to}`,
      `rotation ${epoch} completed`,
    ]) {
      await timeline.getByText(sentence).first().waitFor();
    }

    await expectNothingKept();
    expect(complaints).toEqual([]);
  }, 240_000);

  it('shows an auditor everything and lets him rotate nothing', async () => {
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      await signInAs(view, adminUiUrl, 'auditor');
      await view.goto(`${adminUiUrl}?q=${workload.address}`);
      await view.getByRole('link', { name: workload.address, exact: true }).click();
      const rotate = view.getByRole('button', { name: 'Rotate', exact: true });
      await rotate.waitFor();
      expect(await rotate.getAttribute('aria-disabled')).toBe('true');
      expect(await view.getByRole('button', { name: 'Register' }).count()).toBe(0);
      expect(await view.getByText('The audit service convicts the log').count()).toBe(0);
    } finally {
      await other.close();
    }
  });
});

const CONVICTED = {
  projectedTo: 9,
  behind: null,
  troubles: [],
  convictions: [{ position: 3, sentence: 'position 3 was witnessed with another hash' }],
};

describe('an audit service that convicts the log', () => {
  it('is heard on the list and on a credential, until it is settled', async () => {
    const other = await launchChromium({ env: process.env });
    try {
      const view = await other.context.newPage();
      // The log of this stack is true, so audit's word is put into its mouth where the page asks for it.
      await view.route('**/api/v1/audit/status', (route) => route.fulfill({ json: CONVICTED }));
      await signInAs(view, adminUiUrl, 'auditor');
      const banner = view.getByRole('alert').getByText('The audit service convicts the log: position 3 was witnessed with another hash');
      await banner.waitFor();
      await view.goto(`${adminUiUrl}?q=${workload.address}`); // of a long list only what is in sight is there
      await banner.waitFor();
      await view.getByRole('link', { name: workload.address, exact: true }).click();
      await view.getByRole('heading', { level: 1, name: workload.address }).waitFor();
      await banner.waitFor();
      await view.unroute('**/api/v1/audit/status');
      await view.reload();
      await view.getByRole('heading', { level: 1, name: workload.address }).waitFor();
      await banner.waitFor({ state: 'detached' });
      expect(await banner.count()).toBe(0);
    } finally {
      await other.close();
    }
  });
});

describe('signing out everywhere', () => {
  it('signs out another browser too, within half a minute', async () => {
    const [here, there] = [await launchChromium({ env: process.env }), await launchChromium({ env: process.env })];
    try {
      const [view, other] = [await here.context.newPage(), await there.context.newPage()];
      await signInAs(view, adminUiUrl, 'auditor');
      await signInAs(other, adminUiUrl, 'auditor');
      const statusOf = async ({ context }: Chromium): Promise<number> =>
        (await context.request.get(new URL('/api/v1/session', adminUiUrl).href)).status();
      expect([await statusOf(here), await statusOf(there)]).toEqual([200, 200]);
      await view.getByRole('button', { name: /^Account/u }).click();
      await view.getByRole('menuitem', { name: 'Sign out everywhere' }).click();
      await expect.poll(() => statusOf(here), { timeout: 10_000 }).toBe(401);
      await expect.poll(() => statusOf(there), { timeout: 40_000, interval: 500 }).toBe(401);
      const again = await there.context.newPage();
      await again.goto(adminUiUrl);
      await again.getByRole('link', { name: /sign in/iu }).click(); // the provider still knows this browser
      await again.waitForURL(adminUiUrl);
      expect(await statusOf(there)).toBe(200);
    } finally {
      await Promise.all([here.close(), there.close()]);
    }
  });
});

type Kept = {
  readonly local: [string, string][];
  readonly session: [string, string][];
  readonly cookies: string;
  readonly databases: string[];
  readonly caches: string[];
};

/** Runs in the page, whose names this program doesn't know. */
const LOOK_AROUND = `(async () => ({
  local: Object.entries(localStorage),
  session: Object.entries(sessionStorage),
  cookies: document.cookie,
  databases: (await indexedDB.databases()).map(({ name }) => name),
  caches: await caches.keys(),
}))()`;

/** No token, no cookie that a script could read, no field of a credential. */
const expectNothingKept = async (): Promise<void> => {
  const kept = await page.evaluate<Kept>(LOOK_AROUND);
  const harmless = ([key]: [string, unknown]): boolean => /^(mantine-color-scheme|tsr-scroll-restoration)/u.test(key);
  expect({
    ...kept,
    local: kept.local.filter((entry) => !harmless(entry)),
    session: kept.session.filter((entry) => !harmless(entry)),
  }).toEqual({
    local: [],
    session: [],
    cookies: '',
    databases: [],
    caches: [],
  });
  expect(JSON.stringify(kept)).not.toMatch(/eyJ|password/u);
};
