import { randomUUID } from 'node:crypto';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, cancelOpen, rotateToEnd, untilSteady } from './support/admin.ts';
import { ask, credentialPath, rotationsPath } from './support/ask.ts';
import { expectFine } from './support/expect-fine.ts';
import { type Laggard, startLaggard } from './support/laggard.ts';
import { makeFailedRotation, makeManagedRole } from './support/managed-role.ts';
import { needsOn, untilListed } from './support/needs.ts';
import { OPENAI_KEYS } from './support/openai-keys.ts';
import { inOrders } from './support/orders-roles.ts';

const { credentialId: ordersId, endpoints } = inject('stack');
const { adminUiUrl, workload } = endpoints;
const homeUrl = new URL('/', adminUiUrl).href;
const run = randomUUID().slice(0, 8);
const DAY_MS = 86_400_000;

let chromium: Chromium;
let page: Page;

const keep = async (name: string, more: object) => {
  const body = {
    address: `system.a-overview-${run}.${name}`,
    credentialType: 'generic' as const,
    publicFields: {},
    secretFields: { value: 'of no use' },
  };
  return (await admin().register({ ...body, ...more })).credentialId;
};

/** A rotation that is done, and credentials that need somebody, each for its own reason. */
const prepare = async (): Promise<void> => {
  await untilSteady(ordersId);
  expect((await rotateToEnd(ordersId)).status).toBe('completed');
  await keep('expired', { expiresAt: new Date(Date.now() - 9_000 * DAY_MS).toISOString() });
  await keep('expiring', { expiresAt: new Date(Date.now() + 5 * DAY_MS).toISOString() });
  const disabled = await keep('disabled', {});
  const body = { enabled: false, reason: 'the overview shows it' };
  const off = await ask(credentialPath(disabled), { method: 'PATCH', body, headers: { 'if-match': '*' } });
  expect(off.status).toBe(200);
};

beforeAll(async () => {
  await prepare();
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, homeUrl, 'operator');
});
afterAll(() => chromium?.close());

describe('the overview', () => {
  it('is the home page, and says what needs someone now, the most pressing first', async () => {
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    const needs = needsOn(page);
    const isListed = (name: string, what: string) =>
      untilListed(
        needs,
        needs
          .getByRole('listitem')
          .filter({ hasText: `a-overview-${run}.${name}` })
          .filter({ hasText: what }),
      );
    await isListed('disabled', 'It is disabled: nobody gets it');
    await isListed('expired', 'It expired on');
    await isListed('expiring', 'It expires on');
    await needs.getByRole('link', { name: /^\d+ values? in use (was|were) never tested$/u }).waitFor();
    const tones = await needs.getByRole('listitem').evaluateAll((items) => items.map((item) => item.getAttribute('data-tone')));
    expect(tones.indexOf('bad')).toBeLessThan(tones.indexOf('warn'));
    await expectFine(page);
  });

  it('shows the convergence of the last rotations, in a picture and in words', async () => {
    const chart = page.getByRole('region', { name: 'Convergence of the last rotations' });
    const rows = chart.getByRole('table').getByRole('row');
    expect(await rows.filter({ hasText: workload.address }).count()).toBeGreaterThan(0);
    expect(await chart.locator('rect').count()).toBe((await rows.count()) - 1);
    await chart.getByText(/the middle one took .*, the longest/u).waitFor();
    const kinds = page.getByRole('region', { name: 'Credentials by provider and age' });
    await kinds.getByRole('img', { name: /^Database password: \d+ under 30 days/u }).waitFor();
  });

  it('shows a rotation while it is in flight, without a reload', async () => {
    const flight = page.getByRole('region', { name: 'Rotations in flight' });
    // It stays open until somebody ends it.
    const { credentialId, address } = await makeManagedRole({ approvals: 1 });
    const waiting = await admin().rotate(credentialId);
    try {
      await flight.getByRole('link', { name: address }).waitFor();
    } finally {
      const end = { method: 'POST', body: { reason: 'the test has seen it' } };
      expect((await ask(`${rotationsPath(credentialId)}/${waiting.epoch}/cancel`, end)).status).toBe(200);
    }
    await flight.getByRole('link', { name: address }).waitFor({ state: 'detached' });
    const { epoch } = await rotateToEnd(ordersId);
    const chart = page.getByRole('region', { name: 'Convergence of the last rotations' });
    await chart
      .getByText(new RegExp(`${workload.address.replaceAll('.', '\\.')}, rotation ${epoch}: `, 'u'))
      .first()
      .waitFor({ state: 'attached' });
  });

  it('names a rotation that waits for approval, whose it may not be, and leads to it; and lets go of it once it is decided', async () => {
    const { credentialId, address } = await makeManagedRole({ approvals: 1 });
    // That it waits is said also while the run itself can't be read, which only adds the details.
    const runs = `**${rotationsPath(credentialId)}/*`;
    await page.route(runs, (route) => route.abort());
    const { epoch } = await admin().rotate(credentialId);
    const { requestedBy } = await admin().rotation(credentialId, epoch);
    const path = `${rotationsPath(credentialId)}/${epoch}`;
    try {
      const needs = needsOn(page);
      const row = needs.getByRole('listitem').filter({ hasText: address });
      await untilListed(needs, row);
      await row.getByText('A rotation waits for approval').waitFor();
      expect(await row.getByText('By somebody else than').count()).toBe(0);
      await page.unroute(runs);
      await row.getByText(`By somebody else than ${requestedBy.name ?? requestedBy.id}.`).waitFor();
      await row.getByText('Without it the rotation fails on').waitFor();
      await row.getByRole('link').click();
      await page.getByRole('region', { name: 'Waits for another person' }).waitFor();
      expect(new URL(page.url()).search).toBe(`?epoch=${epoch}`);
      await page.goBack();
      await untilListed(needs, row);
      const no = { method: 'POST', token: endpoints.tokens.operator, body: { reason: 'the test has seen it' } };
      expect((await ask(`${path}/reject`, no)).status).toBe(200);
      await row.getByText('waits for approval').waitFor({ state: 'detached' });
    } finally {
      await ask(`${path}/cancel`, { method: 'POST', body: { reason: 'the test is over' } });
    }
  });
});

/** What a credential needs is seen in the list, whose every row leads to it. */
const needs = (): Locator => needsOn(page);
const needOf = async (address: string, what: string): Promise<void> => {
  const link = page.getByRole('link', { name: address });
  await untilListed(needs(), needs().getByRole('listitem').filter({ has: link }).filter({ hasText: what }));
};

describe('what needs someone', () => {
  let laggard: Laggard | undefined;
  afterAll(() => laggard?.close());

  it('is also what its provider refuses, with the provider’s word', async () => {
    const { credentialId, role, address } = await makeManagedRole({});
    await inOrders(`ALTER ROLE ${role} PASSWORD 'changed-behind-its-back'`);
    const tested = await ask(`${credentialPath(credentialId)}/test`, { method: 'POST', body: {} });
    expect(tested.json).toMatchObject({ test: { verdict: 'invalid' } });
    await page.goto(homeUrl);
    await needOf(address, 'Its provider refuses it: ');
  });

  it('is also a rotation that a person has to bring the value for, and one that is overdue by its schedule', async () => {
    const credentialId = await keep('scheduled', {});
    const schedule = (every: object | null) =>
      ask(`${credentialPath(credentialId)}/schedule`, { method: 'PUT', body: { schedule: every, remindDaysBefore: [] } });
    expect((await schedule({ rotateEveryMs: 1_000 })).status).toBe(200);
    const address = `system.a-overview-${run}.scheduled`;
    try {
      await needOf(address, 'A rotation waits for a person to bring the new value');
      await needOf(address, 'It should have been rotated by now');
    } finally {
      expect((await schedule(null)).status).toBe(200);
      await cancelOpen(credentialId);
    }
  });

  it('is also a rotation that is held at its deadline, and one that failed', async () => {
    const made = await makeManagedRole({ deadlineMs: 1_500 });
    laggard = await startLaggard(made.address, { user: made.role, password: made.password });
    await admin().rotate(made.credentialId);
    await needOf(made.address, 'A rotation is held');
    const { address } = await makeFailedRotation();
    await needOf(address, 'The last rotation failed');
    await expectFine(page);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('leads to the list, with that filter, where there is more of it than the page shows', async () => {
    const expiresAt = new Date(Date.now() + 20 * DAY_MS).toISOString();
    await Promise.all(Array.from({ length: 22 }, (_, index) => keep(`soon-${index}`, { expiresAt })));
    await page.goto(homeUrl);
    const more = needs().getByRole('link', { name: /^and [\d,]+ more that expire soon$/u });
    await untilListed(needs(), more);
    await more.click();
    await page.getByRole('heading', { level: 1, name: 'Credentials' }).waitFor();
    await page.getByRole('button', { name: 'Remove the filter: Expires within 30 days' }).waitFor();
    expect(new URL(page.url()).search).toBe('?scope=system&expiresIn=30&sort=expires');
    await page.getByRole('link', { name: `system.a-overview-${run}.expired`, exact: true }).waitFor();
  });
});

describe('the credentials by provider', () => {
  it('part the keys of language models by whose they are, and lead to their list', async () => {
    const key = { publicFields: { provider: 'openai' }, secretFields: { apiKey: OPENAI_KEYS[0] }, untested: 'import' };
    await keep('llm-key', { credentialType: 'user_api_key', ...key });
    await page.goto(homeUrl);
    const kinds = page.getByRole('region', { name: 'Credentials by provider and age' });
    await kinds.getByRole('img', { name: /^LLM key of OpenAI: [1-9]\d* under 30 days/u }).waitFor();
    expect(await kinds.getByText('LLM API key').count()).toBe(0);
    await kinds.getByRole('link', { name: 'LLM key of OpenAI' }).click();
    await page.getByRole('link', { name: `system.a-overview-${run}.llm-key`, exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove the filter: OpenAI' }).waitFor();
  });
});
