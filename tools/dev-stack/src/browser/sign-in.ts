import type { Page } from 'playwright-core';
import type { DevAccountId } from '../oidc/accounts.ts';

/** Signs in through the provider's login page, and comes back to the page that was asked for. */
export const signInAs = async (page: Page, url: string, account: DevAccountId): Promise<void> => {
  await page.goto(url);
  await page.getByRole('link', { name: /sign in/iu }).click();
  await page.locator(`button[name="account"][value="${account}"]`).click();
  await page.waitForURL(url);
};
