import { once } from 'node:events';
import { connectBus } from '@keyturn/bus';
import { systemClock as clock } from '@keyturn/kernel';
import { readSecretFile } from '@keyturn/service';
import { jsonLogger, startTracing } from '@keyturn/telemetry';
import { uuidv7 as newId } from 'uuidv7';
import { createApp } from './app.ts';
import { eventFeed } from './clients/event-feed.ts';
import { natsAudit } from './clients/nats-audit.ts';
import { hearEvents } from './clients/nats-events.ts';
import { natsVault } from './clients/nats-vault.ts';
import { limitsOf } from './limits/limits-of.ts';
import { loadConfig } from './config.ts';
import { createIdentity } from './create-identity.ts';
import { createHttpServer } from './http/create-http-server.ts';
import { sessionRevocations } from './identity/session-revocations.ts';
import { subscriberJwts } from './identity/subscriber-jwts.ts';
import { readinessOf } from './readiness.ts';
import { loadSite } from './static/load-site.ts';
import { loadDocs } from './docs/load-docs.ts';

const config = loadConfig(process.env);
const log = jsonLogger('api-gateway', config.logLevel);
const tracing = await startTracing({ service: 'api-gateway', environment: process.env, log });
const { tracer } = tracing;
const shutdown = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => shutdown.abort());

const clientSecret = readSecretFile(config.oidc.clientSecretFile);
const sessionKey = readSecretFile(config.sessionKeyFile, 32);
const site = await loadSite(config.adminUiDir, log);
const signingKey = readSecretFile(config.subscribers.signingKeyFile);
const docs = await loadDocs();
const creds = readSecretFile(config.nats.credsFile);
const bus = await connectBus({ url: config.nats.url, creds, name: 'gateway', log, tracer, signal: shutdown.signal });

const identity = createIdentity({ config, clientSecret, sessionKey, clock });
const vault = natsVault({ bus, clock });
const revocations = sessionRevocations({ vault, clock });
const audit = natsAudit({ bus });
const feed = eventFeed();
const readiness = readinessOf({ vault, audit, feed, bus, provider: identity.provider });
const app = createApp({
  ...config,
  ...identity,
  subscriberJwts: subscriberJwts({ ...config.subscribers, signingKey }),
  vault,
  revocations,
  ...limitsOf({ ...config, clock }),
  audit,
  feed,
  readiness,
  site,
  docs,
  clock,
  newId,
  log,
  tracer,
});

const hearing = hearEvents({ bus, feed, log });
const server = createHttpServer({ fetch: app.fetch, newId, log, https: config.publicUrl.startsWith('https:') });
server.listen(config.port, config.host, () => log.info('gateway.listening', { at: server.address() }));
server.on('error', (fault) => {
  log.error('gateway.cannot-listen', { port: config.port, error: fault });
  process.exit(1);
});

await new Promise<void>((resolve) => shutdown.signal.addEventListener('abort', () => resolve(), { once: true }));
feed.close();
const closed = once(server, 'close');
server.close();
const grace = setTimeout(() => process.exit(0), 5000).unref();
await closed;
await hearing.stop();
await bus.drain();
await tracing.stop();
clearTimeout(grace);
log.info('gateway.stopped');
