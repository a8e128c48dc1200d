import { randomUUID } from 'node:crypto';
import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import { Sensitive } from '@keyturn/kernel';
import { connect, type Keyturn } from '@keyturn/sdk';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { admin, untilSteady } from './support/admin.ts';
import { ask } from './support/ask.ts';
import { expectFine } from './support/expect-fine.ts';
import { type Laggard, startLaggard } from './support/laggard.ts';
import { makeManagedRole, type ManagedRole } from './support/managed-role.ts';

// Who holds a credential: one instance that got its identity at the gateway and reports that the new value fails, and one that never reports.

const { adminUiUrl, gatewayUrl } = inject('stack').endpoints;
const consumer = `holder-${randomUUID().slice(0, 8)}`;
const WIDE = { width: 1280, height: 900 };

let chromium: Chromium;
let page: Page;
let made: ManagedRole;
let holder: Keyturn;
let laggard: Laggard;

/** With an API token at the gateway, as it is done outside; the first value works for it, no other does. */
const startHolder = async (address: string): Promise<Keyturn> => {
  await admin().registerConsumer(
    consumer,
    (['read', 'ack'] as const).map((action) => ({ action, pattern: address })),
  );
  const issued = (await ask(`/api/v1/admin/consumers/${consumer}/tokens`, { method: 'POST', body: {} })).json as { token: string };
  const keyturn = await connect({ gatewayUrl, token: new Sensitive(issued.token), consumer, instance: 'one' });
  let probes = 0;
  const probe = async (): Promise<void> => {
    if ((probes += 1) > 1) throw new Error('its pool can’t log in');
  };
  await keyturn.secret(address, { probe });
  return keyturn;
};

beforeAll(async () => {
  made = await makeManagedRole({ deadlineMs: 3_600_000 });
  holder = await startHolder(made.address);
  laggard = await startLaggard(made.address, { user: made.role, password: made.password });
  chromium = await launchChromium({ env: process.env, context: { viewport: WIDE, reducedMotion: 'reduce' } });
  page = await chromium.context.newPage();
  await signInAs(page, adminUiUrl, 'auditor');
  await page.goto(`${adminUiUrl}/${made.credentialId}?tab=consumers`);
});
afterAll(async () => {
  await chromium?.close();
  await laggard?.close();
  await holder?.close();
  await untilSteady(made.credentialId);
});

const rowOf = (name: string): Locator => page.getByRole('tabpanel', { name: 'Consumers' }).getByRole('row').filter({ hasText: name });

describe('the consumers of a credential', () => {
  it('are told with what they hold since when, and from where they came, as far as the log knows', async () => {
    const ours = rowOf(`${consumer}/one`);
    await ours.getByText('v1', { exact: true }).waitFor();
    await ours.getByText(/^taken /u).waitFor();
    await ours.getByText(/^(::ffff:)?127\.0\.0\.1$|^::1$/u).waitFor();
    await ours.getByText('generation 1', { exact: true }).waitFor();
    await rowOf(laggard.name).getByText('no address in the log').waitFor();
    expect(await ours.getByText('no address in the log').count()).toBe(0);
  });

  it('have acknowledged the new version or not, and why not', async () => {
    await admin().rotate(made.credentialId);
    const ours = rowOf(`${consumer}/one`);
    await ours.getByText('proved, but does not work').waitFor({ timeout: 60_000 });
    await ours.getByText(/^the probe failed: /u).waitFor();
    const late = rowOf(laggard.name);
    await late.getByText('behind, at generation 1').waitFor();
    await late.getByText('It took v2, and has not reported yet that it works.').waitFor();
    await expectFine(page);
  });
});
