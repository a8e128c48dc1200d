import type { DevAccountId } from '@keyturn/dev-stack';
import type { Page } from 'playwright-core';

/** Opens what the command line said, confirms the code that it shows, and signs in. */
export const confirmDevice = async (page: Page, { url, code }: { readonly url: string; readonly code: string }, account: DevAccountId) => {
  await page.goto(url);
  await page.getByText(code).waitFor();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.locator(`button[name="account"][value="${account}"]`).click();
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor();
};
