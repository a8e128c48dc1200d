import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { followRotation, ORDERS_ADDRESS, SAMPLE_POLICY, type Stack, startStack, stopInReverse, sweepDeadRuns } from '@keyturn/dev-stack';
import { launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import { startStripe, type StripeKey } from '@keyturn/provider-simulators';
import type { Locator, Page } from 'playwright-core';
import { takePicture } from './picture.ts';
import { root } from './run-command.ts';

// The second half of `pnpm screenshots`: rotations in the middle, for docs/rotation.md. It has a stack of its own, because it stops one of the sample's
// processes, lets a deadline pass, and has a simulator stand in for Stripe.

const varRoot = join(root, 'var');
const varDir = join(varRoot, `pictures-${process.pid}`);
const VIEWPORT = { width: 1180, height: 1000 };
const TIMEOUT_MS = 90_000;
const DEADLINE_MS = 25_000;
const SOAK_MS = 5_000;
const [OLD_KEY, NEXT_KEY, MISTYPED_KEY] = [
  'sk_test_ofTheFirst0123456789abcd',
  'sk_test_ofTheSecond0123456789abc',
  'sk_test_0fTheSec0nd0123456789abc',
];

type Site = { readonly stack: Stack; readonly page: Page };

const openCredential = async ({ stack, page }: Site, credentialId: string, address: string): Promise<void> => {
  await page.goto(`${stack.endpoints.adminUiUrl}/${credentialId}`);
  await page.getByRole('heading', { level: 1, name: address }).waitFor();
  await page.getByText('Live', { exact: true }).waitFor();
};

/** What a rotation would come to; none is started. */
const shootDryRun = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  await page.getByRole('button', { name: 'What would happen?' }).click();
  const dialog = page.getByRole('dialog', { name: /^A rotation of/u });
  await dialog.getByText('Nothing was done').waitFor();
  await takePicture(page, 'rotation-dry-run', dialog);
  await page.keyboard.press('Escape');
};

/** Does something while an instance stands still, as one does whose host hangs. */
const whileStopped = async <Done>({ workload }: Stack, work: () => Promise<Done>): Promise<Done> => {
  const pid = workload.at(-1)?.pid();
  if (pid === undefined) throw new Error('the sample workload does not run');
  process.kill(pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
};

/** A rotation that waits for one of two instances: to try it, to prove it, and past the deadline. */
const shootWaiting = async ({ stack, page }: Site): Promise<number> => {
  const { epoch } = await stack.api.rotate(stack.credentialId, 'the quarterly one');
  const run = page.getByRole('region', { name: `Rotation ${epoch}` });
  const says = (words: string): Promise<void> => run.getByTestId('rotation-sentence').getByText(words).waitFor({ timeout: TIMEOUT_MS });
  await run.getByText('tried it, and it works').waitFor();
  await says('waiting for orders/two');
  await takePicture(page, 'rotation-preflight', run);
  await run.getByText('proved and reported working').waitFor();
  await says('still logged in as orders');
  await takePicture(page, 'rotation-waiting', run);
  await says('Held: the deadline passed');
  await takePicture(page, 'rotation-held', run);
  return epoch;
};

const shootDatabase = async (site: Site): Promise<void> => {
  const { stack, page } = site;
  const { api, credentialId } = stack;
  await openCredential(site, credentialId, ORDERS_ADDRESS);
  await shootDryRun(page);
  const epoch = await whileStopped(stack, () => shootWaiting(site));
  await followRotation(api, { credentialId, epoch }, { timeoutMs: TIMEOUT_MS });
};

const give = async (card: Locator, key: string): Promise<void> => {
  await card.getByRole('textbox').first().fill(key);
  await card.getByRole('button', { name: 'Test and use it' }).click();
};

/** A rotation with a person, who mistypes the key at first. */
const shootAssisted = async (site: Site): Promise<void> => {
  const { stack, page } = site;
  const address = 'system.stripe.billing';
  const { credentialId } = await stack.api.register({
    address,
    credentialType: 'stripe_secret_key',
    displayName: 'Payments of the shop',
    publicFields: {},
    secretFields: { secretKey: OLD_KEY },
    policy: SAMPLE_POLICY,
  });
  await openCredential(site, credentialId, address);
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  await page.getByRole('button', { name: 'Start rotation' }).click();
  const card = (what: string): Locator => page.getByRole('region', { name: `Your turn: ${what} value at Stripe` });
  const value = card('make the new');
  await value.getByRole('textbox').first().waitFor();
  await takePicture(page, 'rotation-value', value);
  await give(value, MISTYPED_KEY);
  await value.getByText("Stripe doesn't know this key").waitFor();
  await takePicture(page, 'rotation-value-refused', value);
  await give(value, NEXT_KEY);
  const deletion = card('remove the old');
  await deletion.waitFor({ timeout: TIMEOUT_MS });
  await takePicture(page, 'rotation-deletion', deletion);
};

const stripe = await startStripe(new Map<string, StripeKey>([OLD_KEY, NEXT_KEY].map((key) => [key, {}])));
const inOrder: { stop(): Promise<void> }[] = [{ stop: () => stripe.close() }];
try {
  mkdirSync(varRoot, { recursive: true });
  await sweepDeadRuns(varRoot, 'pictures');
  const stack = await startStack({
    varDir,
    policy: { deadlineMs: DEADLINE_MS, soakMs: SOAK_MS },
    settings: { 'rotation-worker': { EGRESS_ALLOW: '127.0.0.1', PROVIDER_URLS: `stripe=${stripe.url}/v1` } },
  });
  inOrder.push(stack);
  const browser = await launchChromium({ env: process.env, context: { viewport: VIEWPORT }, onProgress: (line) => console.log(line) });
  inOrder.push({ stop: () => browser.close() });
  const page = await browser.context.newPage();
  await signInAs(page, stack.endpoints.adminUiUrl, 'admin');
  await shootDatabase({ stack, page });
  await shootAssisted({ stack, page });
} finally {
  for (const fault of await stopInReverse({ inOrder })) console.error(fault);
  rmSync(varDir, { recursive: true, force: true });
}
