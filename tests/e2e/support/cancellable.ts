import { randomBytes, randomUUID } from 'node:crypto';
import { SAMPLE_POLICY, waitUntil } from '@keyturn/dev-stack';
import { type At, startStripe, type StripeKey } from '@keyturn/provider-simulators';
import { Client } from 'pg';
import { inject } from 'vitest';
import { admin, readCredential } from './admin.ts';
import { registerIssuedToken } from './cloudflare-tokens.ts';
import { makeManagedRole } from './managed-role.ts';
import { inOrders, logsIn } from './orders-roles.ts';

/** A step that is stopped at the provider. `arrived`: it is there. */
export type Stopped = { readonly arrived: Promise<unknown>; readonly release: () => unknown };

/** A credential of one strategy, and its provider as it is seen from outside. */
export type Cancellable = {
  readonly credentialId: string;
  readonly address: string;
  /** What a consumer works with before. */
  readonly first: Readonly<Record<string, string>>;
  /** Stops the next such step at the provider. */
  readonly stop: Readonly<Record<string, () => Promise<Stopped>>>;
  /** Does the provider take the first value? */
  readonly firstWorks: () => Promise<boolean>;
  /** What lets anybody in there, besides the first value. */
  readonly others: () => Promise<readonly string[]>;
  /** Where a person makes the value: the next one, and what that person removes at the provider. */
  readonly next?: Readonly<Record<string, string>>;
  readonly removeNext?: () => void;
  readonly removeFirst?: () => void;
  readonly close?: () => Promise<void>;
};

const query = async (client: Client, sql: string, values: readonly unknown[] = []) => (await client.query(sql, [...values])).rows;

/** Takes a lock in the orders database that the worker's step needs. */
const lockedOut = async (lock: string): Promise<Stopped> => {
  const client = new Client({ connectionString: inject('stack').endpoints.ordersDatabaseUrl });
  await client.connect();
  await client.query('begin');
  await client.query(lock);
  const [{ pid = 0 } = {}] = await query(client, 'select pg_backend_pid() as pid');
  const isThere = async (): Promise<boolean> =>
    (await inOrders('select pid from pg_stat_activity where $1::int = any(pg_blocking_pids(pid))', [pid])).length > 0;
  const arrived = async (): Promise<void> => {
    if (!(await waitUntil(isThere, { timeoutMs: 30_000 }))) throw new Error('nobody came to the lock');
  };
  return { arrived: arrived(), release: () => client.end() };
};

/** A role of Postgres. Each of its tests takes a lock of its own for as long as the query runs. */
export const cancellableRole = async (policy: object): Promise<Cancellable> => {
  const lock = randomBytes(4).readInt32BE();
  const testQuery = `select pg_advisory_xact_lock_shared(${lock}) is null`;
  const { credentialId, role, password, address } = await makeManagedRole({ ...SAMPLE_POLICY, ...policy }, { testQuery });
  const { publicFields } = await readCredential(credentialId);
  return {
    credentialId,
    address,
    first: { ...publicFields, password },
    stop: {
      staged: () => lockedOut('lock table pg_catalog.pg_shdescription in access exclusive mode'),
      applied: () => lockedOut('lock table pg_catalog.pg_authid in share row exclusive mode'),
      tested: () => lockedOut(`select pg_advisory_xact_lock(${lock})`),
    },
    firstWorks: () => logsIn(role, password),
    others: async () => {
      const open = await inOrders('select rolname from pg_roles where rolname like $1 and rolcanlogin', [`${role}_kt%`]);
      return open.map(({ rolname }) => String(rolname));
    },
  };
};

/** A token that a Cloudflare of its own issues. */
export const cancellableToken = async (policy: object): Promise<Cancellable> => {
  const { cloudflare, credentialId, address, firstToken, living } = await registerIssuedToken({ ...SAMPLE_POLICY, ...policy });
  const { publicFields } = await readCredential(credentialId);
  const held = (at: At) => () => Promise.resolve(cloudflare.hold(at));
  return {
    credentialId,
    address,
    first: { ...publicFields, token: firstToken },
    stop: { staged: held({ path: '/user/tokens', method: 'POST' }), tested: held({ path: '/zones' }) },
    firstWorks: () => Promise.resolve(living().includes(firstToken)),
    others: () => Promise.resolve(living().filter((token) => token !== firstToken)),
    close: cloudflare.close,
  };
};

/** A secret that a person makes, checked at a Stripe of its own. */
export const cancellableSecret = async (policy: object): Promise<Cancellable> => {
  const [first, next] = ['first', 'next'].map((which) => `sk_test_${which}${randomBytes(12).toString('hex')}`) as [string, string];
  const keys = new Map<string, StripeKey>([
    [first, {}],
    [next, {}],
  ]);
  const stripe = await startStripe(keys);
  const address = `system.other.cancelled-${randomUUID().slice(0, 8)}`;
  const publicFields = { checkUrl: `${stripe.url}/v1/balance` };
  const { credentialId } = await admin().register({
    address,
    credentialType: 'generic',
    publicFields,
    secretFields: { value: first },
    policy: { ...SAMPLE_POLICY, ...policy },
  });
  return {
    credentialId,
    address,
    first: { ...publicFields, value: first },
    stop: { tested: () => Promise.resolve(stripe.hold({ path: '/balance' })) },
    firstWorks: () => Promise.resolve(keys.has(first)),
    others: () => Promise.resolve([...keys.keys()].filter((key) => key !== first)),
    next: { value: next },
    removeNext: () => void keys.delete(next),
    removeFirst: () => void keys.delete(first),
    close: stripe.close,
  };
};
