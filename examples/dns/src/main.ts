import { serve } from '@hono/node-server';
import { connect, type Recipe } from '@keyturn/sdk';
import { jsonLogger, startTracing } from '@keyturn/telemetry';
import type { CredentialType } from '@keyturn/contracts';
import { createApp } from './app.ts';
import { cloudflareAccounts } from './cloudflare/accounts.ts';
import { cloudflareRecipe } from './cloudflare/cloudflare-account.ts';
import { loadConfig } from './config.ts';
import { follow, type Followed, followResolved, NoCredential } from './followed.ts';
import { namecheapRecipe } from './namecheap/namecheap-account.ts';
import { resolveAt } from './resolve.ts';

/** Long enough that the service may be started before its credentials are registered. */
const PATIENCE_MS = 3_600_000;

const config = loadConfig(process.env);
const { consumer, instance, identity, pinnedIdentity, resolveEveryMs: everyMs } = config;
const log = jsonLogger(consumer, config.logLevel);
const tracing = await startTracing({ service: consumer, instance, environment: process.env, log });
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));

const keyturn = await connect({
  ...identity,
  consumer,
  ...(instance && { instance }),
  ...(pinnedIdentity && { pinnedIdentity }),
  log,
  beatEveryMs: config.beatEveryMs,
  signal: stop.signal,
});
const waiting = { signal: stop.signal, timeoutMs: PATIENCE_MS };

/** By its address; or, without one, whatever Keyturn resolves, which takes a gateway to ask. */
const credential = async <T>(
  address: string | null,
  service: string,
  credentialType: CredentialType,
  recipe: Recipe<T>,
): Promise<Followed<T>> => {
  if (address !== null) return follow(keyturn, address, recipe, waiting);
  if (!('gatewayUrl' in identity)) {
    const none = (): never => {
      throw new NoCredential(`no address of a ${credentialType} in the settings`);
    };
    return { use: async () => none(), version: () => null };
  }
  return followResolved({ keyturn, resolve: resolveAt(identity, consumer), service, credentialType, recipe, everyMs, waiting, log });
};

const { cloudflareAddresses } = config;
const wanted = cloudflareAddresses.length > 0 ? cloudflareAddresses : [null];
const cloudflare = await Promise.all(wanted.map((address) => credential(address, 'cloudflare', 'cloudflare_api_token', cloudflareRecipe)));
const namecheap = await credential(config.namecheapAddress, 'namecheap', 'namecheap_api_key', namecheapRecipe(config.namecheapUrl));
const app = createApp({ cloudflare: cloudflareAccounts(cloudflare), namecheap, apiToken: config.apiToken, log });
const server = serve({ fetch: app.fetch, port: config.port, hostname: config.host }, () => log.info('dns.ready', { port: config.port }));

await new Promise<void>((stopped) => stop.signal.addEventListener('abort', () => stopped(), { once: true }));
await new Promise<void>((closed) => server.close(() => closed()));
await keyturn.close();
await tracing.stop();
