import type { DevAccountId } from '@keyturn/dev-stack';
import type { Page } from 'playwright-core';

/** For some things a sign-in must be of the last fifteen. */
const MINUTES_AGO = 20;

export const chooseAccount = (page: Page, account: DevAccountId): Promise<void> =>
  page.locator(`button[name="account"][value="${account}"]`).click();

/** As if the person had signed in a while ago: the development sign-in takes their word for it. */
export const signInLongAgo = async (page: Page, url: string, account: DevAccountId): Promise<void> => {
  await page.goto(url);
  await page.getByRole('link', { name: /sign in/iu }).click();
  await page.locator('form').first().waitFor();
  await page.evaluate(`(() => {
    const input = Object.assign(document.createElement('input'), { type: 'hidden', name: 'minutes_ago', value: '${MINUTES_AGO}' });
    document.querySelector('form').append(input);
  })()`);
  await chooseAccount(page, account);
  await page.waitForURL(url);
};
