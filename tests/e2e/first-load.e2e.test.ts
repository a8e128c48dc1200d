import { type Chromium, launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { completeRotation, untilSteady } from './support/admin.ts';
import { startWaitingBulk, type WaitingBulk } from './support/waiting-bulk.ts';

const { credentialId: ordersId, endpoints } = inject('stack');
const { adminUiUrl } = endpoints;
const MOST_JAVASCRIPT = 300_000;

let bulk: WaitingBulk;
let chromium: Chromium;

beforeAll(async () => {
  await untilSteady(ordersId);
  await completeRotation(ordersId);
  bulk = await startWaitingBulk();
  chromium = await launchChromium({ env: process.env });
  await signInAs(await chromium.context.newPage(), adminUiUrl, 'auditor');
});
afterAll(async () => {
  await chromium?.close();
  await bulk?.end();
});

const orders = `/admin/system/credentials/${ordersId}`;

describe('the first load', () => {
  it.each([
    ['the overview', '/', 'Rotations in flight'],
    ['the list', '/admin/system/credentials', 'Live'],
    ['a credential', orders, 'Live'],
    ['a credential’s tests', `${orders}?tab=tests`, 'What the provider says'],
    ['a credential’s policy', `${orders}?tab=policy`, 'What a rotation of this credential waits for, and for how long.'],
    ['who had a credential', `${orders}?tab=access`, 'fetched by an instance'],
    ['the bulk rotations', '/admin/system/rotations/bulk', 'Live'],
    ['a bulk rotation', '/admin/system/rotations/bulk/', 'Live'],
    ['the consumers', '/admin/system/consumers', 'Live'],
    ['a consumer', '/admin/system/consumers/orders', 'API tokens'],
    ['the audit log', '/admin/system/audit', 'What happened'],
    ['who had secrets', '/admin/system/audit?tab=access', 'Who had secrets'],
    ['the key ring', '/admin/system/key-ring', 'Live'],
    ['the settings', '/admin/system/settings', 'Language models'],
    ['one’s own keys', '/account/api-keys', 'What you could bring'],
  ])('of %s brings less than 300 kB of JavaScript over the wire', async (_name, path, shown) => {
    const view = await chromium.context.newPage();
    const network = await chromium.context.newCDPSession(view);
    await network.send('Network.enable');
    await network.send('Network.setCacheDisabled', { cacheDisabled: true });
    const scripts = new Set<string>();
    let bytes = 0;
    network.on('Network.responseReceived', ({ requestId, type }) => type === 'Script' && scripts.add(requestId));
    network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (scripts.has(requestId)) bytes += encodedDataLength;
    });
    await view.goto(new URL(path.endsWith('/bulk/') ? `${path}${bulk.bulkId}` : path, adminUiUrl).href);
    await view.getByText(shown, { exact: true }).first().waitFor();
    await view.waitForLoadState('load');
    await view.close();
    console.log(`${path}: ${scripts.size} scripts, ${bytes.toLocaleString()} bytes`);
    expect(scripts.size).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(MOST_JAVASCRIPT);
  });
});
