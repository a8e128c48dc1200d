import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  consumerClientId,
  consumerSecretFile,
  ORDERS_ADDRESS,
  projectRoot,
  spawnService,
  type SupervisedProcess,
} from '@keyturn/dev-stack';
import { type CloudflareToken, type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import { Client } from 'pg';
import { FAULT_POLICY, type FaultStack, startFaultStack } from '../fault-stack.ts';
import { type Control, startControl } from '../inject/control.ts';
import type { Strategy } from './cells.ts';
import { type Feed, openFeed } from './read-feed.ts';
import { lengthOf, readSince } from './read-since.ts';

const CONSUMER = 'orders';
export const INSTANCES = ['one', 'two'] as const;
const POLICIES = [{ effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];

/** Every token that was ever there, so that a log can be searched for those that lived for a moment, too. */
class RememberingAccount extends Map<string, CloudflareToken> {
  readonly #ever = new Map<string, string>();

  override set(secret: string, token: CloudflareToken): this {
    this.#ever.set(secret, token.name ?? '');
    return super.set(secret, token);
  }

  /** With their names. */
  ever(): ReadonlyMap<string, string> {
    return this.#ever;
  }
}

/** A credential that is rotated again and again. `first`: the role that owns it, or its first token. */
export type Target = { readonly strategy: Strategy; readonly credentialId: string; readonly address: string; readonly first: string };

/** The one stack of many runs, with two credentials of each strategy, and two subscribers that use all of them. */
export type MatrixStack = {
  readonly faults: FaultStack;
  readonly control: Control;
  readonly feed: Feed;
  readonly cloudflare: Simulator;
  readonly account: RememberingAccount;
  readonly issuerToken: string;
  readonly targets: Readonly<Record<Strategy, readonly Target[]>>;
  readonly subscribers: readonly SupervisedProcess[];
  /** The running workers; the second one is started when it is first asked for. */
  workers(count: 1 | 2): Promise<readonly SupervisedProcess[]>;
  /** Which bug processes have that start from now on. */
  seedBug(name: string | null): void;
  stop(): Promise<void>;
};

/** The name of an instance's process. */
export const subscriberName = (instance: string): string => `matrix-${instance}`;

export const loginLogOf = (varDir: string, instance: string): string => join(varDir, 'workload', `${subscriberName(instance)}.jsonl`);

const revokedListOf = (varDir: string): string => join(varDir, 'workload', 'matrix-revoked.jsonl');

/** Tells the subscribers that they may try a version: its revocation is recorded, so a try is no use any more that the product waits for. */
export const listRevoked = ({ faults }: Pick<MatrixStack, 'faults'>, { address }: Target, version: number): void =>
  appendFileSync(revokedListOf(faults.stack.servers.varDir), `${JSON.stringify({ address, version })}\n`);

const startSubscribers = (
  { stack }: FaultStack,
  preload: NodeJS.ProcessEnv,
  targets: MatrixStack['targets'],
): Promise<SupervisedProcess[]> => {
  const { servers, endpoints } = stack;
  return Promise.all(
    INSTANCES.map(async (instance) => {
      const file = loginLogOf(servers.varDir, instance);
      mkdirSync(join(servers.varDir, 'workload'), { recursive: true });
      let before = 0;
      return spawnService({
        name: subscriberName(instance),
        entry: join(projectRoot, 'tests', 'faults', 'src', 'matrix', 'subscriber.ts'),
        varDir: servers.varDir,
        env: {
          ...preload,
          GATEWAY_URL: endpoints.gatewayUrl,
          OIDC_ISSUER: servers.oidc.issuer,
          CLIENT_ID: consumerClientId(CONSUMER),
          CLIENT_SECRET_FILE: consumerSecretFile(servers.oidc.oidcDir, CONSUMER),
          CONSUMER,
          INSTANCE: instance,
          BEAT_EVERY_MS: '400',
          DATABASE_ADDRESSES: targets.chosen.map(({ address }) => address).join(','),
          TOKEN_ADDRESSES: targets.issued.map(({ address }) => address).join(','),
          LOGIN_LOG: file,
          REVOKED_LIST: revokedListOf(servers.varDir),
        },
        beforeStart: () => void (before = lengthOf(file)),
        isReady: () => readSince(file, before).includes('"kind":"ready"'),
        readyTimeoutMs: 60_000,
        restart: 'never',
      });
    }),
  );
};

const asSuperuser = async (connectionString: string, statements: readonly string[]): Promise<void> => {
  const client = new Client({ connectionString });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
};

type Cloudflare = Pick<MatrixStack, 'account' | 'cloudflare' | 'issuerToken'>;

/** One more role at the sample's server, beside the sample's own. */
const registerRole = async ({ stack }: FaultStack, role: string): Promise<Target> => {
  const { api, endpoints, credentialId: sample } = stack;
  const password = randomBytes(20).toString('hex');
  const { items } = await api.list('system.postgres.');
  const [issuer, like] = ['system.postgres.orders-issuer', ORDERS_ADDRESS].map((address) => items.find((item) => item.address === address));
  if (!issuer || !like) throw new Error(`the sample ${sample} is not registered`);
  await asSuperuser(endpoints.ordersDatabaseUrl, [
    `CREATE ROLE ${role} LOGIN PASSWORD '${password}'`,
    `GRANT ${role} TO orders_issuer WITH ADMIN TRUE`,
  ]);
  const address = `system.postgres.${role}`;
  const { credentialId } = await api.register({
    address,
    credentialType: 'database_password',
    publicFields: { ...like.publicFields, username: role },
    secretFields: { password },
    issuer: issuer.credentialId,
    policy: FAULT_POLICY,
  });
  return { strategy: 'chosen', credentialId, address, first: role };
};

const registerToken = async ({ stack }: FaultStack, { account, cloudflare }: Cloudflare, name: string, issuer: string): Promise<Target> => {
  const first = randomBytes(20).toString('hex');
  account.set(first, { status: 'active', zones: ['a.example'], policies: POLICIES });
  const address = `system.cloudflare.${name}`;
  const { credentialId } = await stack.api.register({
    address,
    credentialType: 'cloudflare_api_token',
    publicFields: { apiBaseUrl: cloudflare.url },
    secretFields: { token: first },
    policy: FAULT_POLICY,
    issuer,
  });
  return { strategy: 'issued', credentialId, address, first };
};

const registerTargets = async (faults: FaultStack, providers: Cloudflare): Promise<MatrixStack['targets']> => {
  const { api, credentialId } = faults.stack;
  const issuer = await api.register({
    address: 'system.cloudflare.matrix-issuer',
    credentialType: 'cloudflare_api_token',
    publicFields: { apiBaseUrl: providers.cloudflare.url },
    secretFields: { token: providers.issuerToken },
  });
  const sample: Target = { strategy: 'chosen', credentialId, address: ORDERS_ADDRESS, first: 'orders' };
  const chosen = [sample, await registerRole(faults, 'matrix')];
  const issued = [
    await registerToken(faults, providers, 'matrix-one', issuer.credentialId),
    await registerToken(faults, providers, 'matrix-two', issuer.credentialId),
  ];
  const actions = ['read', 'preflight', 'ack'] as const;
  const grants = [...chosen, ...issued].flatMap(({ address }) => actions.map((action) => ({ action, pattern: address })));
  await api.registerConsumer(CONSUMER, grants);
  return { chosen, issued };
};

export const startMatrixStack = async (): Promise<MatrixStack> => {
  const control = await startControl();
  const issuerToken = randomBytes(20).toString('hex');
  const account = new RememberingAccount();
  account.set(issuerToken, { status: 'active', zones: [], mayManageTokens: true });
  const cloudflare = await startCloudflare(account);
  const bugFile = join(projectRoot, 'var', `matrix-bug-${process.pid}`);
  mkdirSync(join(projectRoot, 'var'), { recursive: true });
  const seedBug = (name: string | null): void => writeFileSync(bugFile, name ?? '');
  seedBug(null);
  const preloadUrl = pathToFileURL(join(projectRoot, 'tests', 'faults', 'src', 'inject', 'preload.ts')).href;
  const preload = {
    NODE_OPTIONS: `--import=${preloadUrl}`,
    FAULTS_CONTROL: control.url,
    FAULTS_ROOT: projectRoot,
    FAULTS_BUG_FILE: bugFile,
  };
  const faults = await startFaultStack({
    instances: [],
    vaultSettings: preload,
    auditSettings: preload,
    workerSettings: {
      ...preload,
      EGRESS_ALLOW: '127.0.0.1',
      ISSUE_TAKES_MS: '2000',
      // A worker that was stopped for long would otherwise give up its statement when it wakes: here it is to send it.
      PROVIDER_STATEMENT_TIMEOUT_MS: '600000',
    },
  });
  const { stack } = faults;
  await asSuperuser(stack.servers.postgres.url, [`ALTER SYSTEM SET log_connections = 'on'`, 'SELECT pg_reload_conf()']);
  const feed = await openFeed(stack.servers);
  const targets = await registerTargets(faults, { account, cloudflare, issuerToken });
  const subscribers = await startSubscribers(faults, preload, targets);
  let second: Promise<SupervisedProcess> | null = null;
  return {
    faults,
    control,
    feed,
    cloudflare,
    account,
    issuerToken,
    targets,
    subscribers,
    workers: async (count) => {
      const one = stack.services['rotation-worker'];
      if (count === 1) {
        await (await second)?.kill();
        return [one];
      }
      const other = await (second ??= stack.addWorker('rotation-worker-two'));
      if (other.pid() === undefined) await other.restart();
      return [one, other];
    },
    seedBug,
    stop: async () => {
      await Promise.all(subscribers.map((one) => one.kill()));
      await feed.close();
      await faults.stop();
      await cloudflare.close();
      await control.close();
      rmSync(bugFile, { force: true });
    },
  };
};
