import { type Chromium, launchChromium } from '@keyturn/dev-stack/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const { endpoints } = inject('stack');
let chromium: Chromium;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  chromium = await launchChromium({ env: process.env, context: { viewport: { width: 1280, height: 1000 } } });
  page = await chromium.context.newPage();
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (fault) => void complaints.push(fault.message));
  await page.goto(`${endpoints.gatewayUrl}/docs`);
  await page.locator('.opblock').first().waitFor();
});
afterAll(async () => await chromium?.close());

const operation = (tag: string, id: string) => page.locator(`#operations-${tag}-${id}`);

/** Opens an operation, tries it with what is filled in, and answers what came. */
const tried = async (tag: string, id: string, fill: Readonly<Record<string, string>>): Promise<{ status: string; body: string }> => {
  const block = operation(tag, id);
  if ((await block.locator('.opblock-body').count()) === 0) await block.locator('.opblock-summary-control').click();
  const tryOut = block.locator('.try-out__btn:not(.cancel)');
  if ((await tryOut.count()) > 0) await tryOut.click();
  for (const [name, value] of Object.entries(fill)) await block.locator(`tr[data-param-name="${name}"] input`).fill(value);
  const answer = block.locator('.live-responses-table tbody .response');
  const clear = block.locator('button.btn-clear');
  if ((await clear.count()) > 0) await clear.click(); // the answer of the call before stays until there is another one
  await answer.waitFor({ state: 'detached' });
  await block.locator('button.execute').click();
  await answer.waitFor();
  return {
    status: await answer.locator('.response-col_status').innerText(),
    body: await answer.locator('.response-col_description').innerText(),
  };
};

describe('the page of the API’s document', () => {
  it('tries a call, which is refused without a token', async () => {
    const answer = await tried('Identity', 'readSession', {});
    expect(answer.status).toContain('401');
    expect(answer.body).toContain('unauthenticated');
    expect(complaints.splice(0).filter((complaint) => !complaint.includes('401'))).toEqual([]);
  });

  it('tries the same and others as whoever’s token is typed in', async () => {
    await page.locator('button.authorize').first().click();
    await page.locator('.auth-container', { hasText: 'bearer' }).locator('input').first().fill(endpoints.tokens.auditor);
    await page.locator('.auth-container', { hasText: 'bearer' }).locator('button.authorize').click();
    await page.locator('button.btn-done').first().click();
    const session = await tried('Identity', 'readSession', {});
    expect([session.status, session.body]).toEqual([expect.stringContaining('200'), expect.stringContaining('Ari Auditor')]);
    const listed = await tried('Credentials', 'listCredentials', { search: 'orders' });
    expect([listed.status, listed.body]).toEqual([expect.stringContaining('200'), expect.stringContaining('"total"')]);
  });

  it('keeps the token nowhere, and asks nobody else for anything', async () => {
    const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
    expect(kept).not.toContain(endpoints.tokens.auditor);
    const asked = await page.evaluate('JSON.stringify(performance.getEntriesByType("resource").map(({ name }) => new URL(name).origin))');
    expect(new Set(JSON.parse(String(asked)) as string[])).toEqual(new Set([new URL(endpoints.gatewayUrl).origin]));
    expect(complaints).toEqual([]);
  });
});
