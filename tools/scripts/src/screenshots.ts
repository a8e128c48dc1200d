import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { devVarDir, followRotation, gatewayClient, readEndpoints, type Endpoints, type GatewayClient } from '@keyturn/dev-stack';
import { launchChromium, signInAs } from '@keyturn/dev-stack/browser';
import type { Page } from 'playwright-core';
import { root } from './run-command.ts';

// `pnpm screenshots`: takes the pictures of the README from the running stack, in light and in dark.

const imagesDir = join(root, 'docs', 'images');
const SIZE = { width: 1280, height: 860 };
const SCHEMES = ['light', 'dark'] as const;
const TIMEOUT_MS = 60_000;

type Site = { readonly endpoints: Endpoints; readonly api: GatewayClient; readonly credentialId: string };

const shoot = async (page: Page, name: string, scheme: (typeof SCHEMES)[number]): Promise<void> => {
  const file = `${name}${scheme === 'light' ? '' : `-${scheme}`}.png`;
  await page.screenshot({ path: join(imagesDir, file), animations: 'disabled' });
  console.log(`docs/images/${file}`);
};

const shootAll = async (page: Page, site: Site, scheme: (typeof SCHEMES)[number]): Promise<void> => {
  const { endpoints, api, credentialId } = site;
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(endpoints.adminUiUrl);
  await page.getByRole('link', { name: endpoints.workload.address, exact: true }).waitFor();
  await shoot(page, 'credentials', scheme);
  await page.goto(`${endpoints.adminUiUrl}/${credentialId}`);
  await page.getByRole('list', { name: 'Steps' }).waitFor();
  const { epoch } = await api.rotate(credentialId, 'the quarterly one');
  const run = page.getByRole('region', { name: `Rotation ${epoch}` });
  await run
    .getByText('proved and reported working')
    .nth(endpoints.workload.statsFiles.length - 1)
    .waitFor();
  await shoot(page, 'rotation-live', scheme); // both reported, and the old version is still watched: the moment that says most
  await followRotation(api, { credentialId, epoch }, { timeoutMs: TIMEOUT_MS });
  await page.locator('li[data-status="done"]', { hasText: 'Completed' }).waitFor();
  await shoot(page, 'rotation-done', scheme);
};

const endpoints = await readEndpoints(resolve(process.env['KEYTURN_VAR_DIR'] ?? devVarDir));
const api = gatewayClient({ gatewayUrl: endpoints.gatewayUrl, token: endpoints.tokens.admin });
const { address: sample } = endpoints.workload;
const credentialId = (await api.list(sample)).items.find(({ address }) => address === sample)?.credentialId ?? '';
mkdirSync(imagesDir, { recursive: true });
const browser = await launchChromium({ env: process.env, onProgress: (line) => console.log(line), context: { viewport: SIZE } });
try {
  const page = await browser.context.newPage();
  await signInAs(page, endpoints.adminUiUrl, 'admin');
  for (const scheme of SCHEMES) await shootAll(page, { endpoints, api, credentialId }, scheme);
} finally {
  await browser.close();
}
