import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { SupervisedProcess } from '@keyturn/dev-stack';
import { CredentialView } from '@keyturn/contracts/api';
import { z } from 'zod';
import type { LoggedEvent } from './run-facts.ts';
import type { FaultStack } from './fault-stack.ts';
import { type TcpProxy, tcpProxy } from './tcp-proxy.ts';

const PATIENCE_MS = 120_000;

const Body = z.looseObject({ code: z.string().optional(), status: z.unknown(), version: z.int().optional() });
/** What an HTTP write came to in the end: committed, or a problem. */
export type Ended = { readonly status: number; readonly body: z.infer<typeof Body> };

const About = z.looseObject({ address: z.string(), credentialId: z.string() });

/** A credential of its own, whose tests go through a proxy that can stop them on their way to the provider. */
export type BroughtCredential = {
  readonly address: string;
  /** Asks with one and the same key until an end is told; `password` is what the person brings. */
  register(password: string): Promise<Ended>;
  bring(password: string): Promise<Ended>;
  /** The next password of the role at the provider. */
  change(password: string): Promise<void>;
  /** The next test stops before its login arrives at the provider; `kill` ends processes in the middle of it, and starts them again after it. */
  holdTest(): { kill(...victims: readonly SupervisedProcess[]): Promise<void> };
  read(): Promise<CredentialView>;
  /** What the log has of it. */
  events(): Promise<readonly LoggedEvent[]>;
  close(): Promise<void>;
};

export const broughtCredential = async ({ stack, databases }: FaultStack, password: string): Promise<BroughtCredential> => {
  const { gatewayUrl, tokens, ordersDatabaseUrl } = stack.endpoints;
  const role = `brought_${randomUUID().slice(0, 8)}`;
  const address = `system.postgres.${role.replace('_', '-')}`;
  const target = new URL(ordersDatabaseUrl);
  const proxy: TcpProxy = await tcpProxy(Number(target.port));
  await databases.giveRole(role, password);
  const ask = (method: string, path: string, body?: object, key?: string): Promise<Response> =>
    fetch(`${gatewayUrl}/api/v1/admin/credentials${path}`, {
      method,
      headers: {
        'if-match': '*',
        authorization: `Bearer ${tokens.admin}`,
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    });
  /** An unknown outcome (504), a vault that is away (503) and a test under way (202) are asked for again. */
  const untilEnded = async (path: string, body: object): Promise<Ended> => {
    const key = randomUUID();
    for (const until = performance.now() + PATIENCE_MS; ;) {
      const response = await ask('POST', path, body, key);
      const ended = { status: response.status, body: Body.parse(await response.json()) };
      if (![202, 503, 504].includes(ended.status)) return ended;
      await pause(200);
      if (performance.now() > until) throw new Error(`still ${ended.status} ${ended.body.code ?? ''}`);
    }
  };
  const ownEvents = async (): Promise<LoggedEvent[]> =>
    (await databases.events()).filter(
      ({ stream, data }) => stream.startsWith('credential-') && About.parse(JSON.parse(data)).address === address,
    );
  const idOf = async (): Promise<string> => {
    const [registered] = await ownEvents();
    if (!registered) throw new Error(`nothing of ${address} is in the log`);
    return About.parse(JSON.parse(registered.data)).credentialId;
  };
  return {
    address,
    register: (brought) =>
      untilEnded('', {
        address,
        credentialType: 'database_password',
        publicFields: { host: '127.0.0.1', port: String(proxy.port), database: target.pathname.slice(1), username: role },
        secretFields: { password: brought },
      }),
    bring: async (brought) => untilEnded(`/${await idOf()}/versions`, { secretFields: { password: brought } }),
    change: (next) => databases.giveRole(role, next),
    holdTest: () => {
      const held = proxy.holdNext(role);
      return {
        kill: async (...victims) => {
          await held.arrived;
          await Promise.all(victims.map((victim) => victim.kill()));
          held.release();
          await held.closed;
          await Promise.all(victims.map((victim) => victim.restart()));
        },
      };
    },
    read: async () => CredentialView.parse(await (await ask('GET', `/${await idOf()}`)).json()),
    events: ownEvents,
    close: () => proxy.close(),
  };
};
