import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SubscriberCredentials } from '@keyturn/contracts/api';
import { fmtCreds } from '@nats-io/jwt';
import { createUser, type KeyPair } from '@nats-io/nkeys';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { ask, expectProblem } from './support/ask.ts';
import { runCli } from './support/run-cli.ts';

const { gatewayUrl, natsUrl, tokens } = inject('stack').endpoints;
const folder = mkdtempSync(join(tmpdir(), 'keyturn-tokens-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cli = async (...args: string[]): Promise<unknown> => {
  const { code, out, err } = await runCli([...args, '--json'], { env: { KEYTURN_URL: gatewayUrl, KEYTURN_TOKEN: tokens.admin } });
  expect({ code, err }).toMatchObject({ code: 0 });
  return JSON.parse(out);
};
const askIdentity = (token: string, user = createUser()) => {
  const body = { consumer: 'mailer', instance: 'one', publicKey: user.getPublicKey() };
  return ask('/api/v1/subscribers/credentials', { method: 'POST', token, body });
};

const FOREIGN_TO_PUBLISH = [
  'keyturn.sub.mailer.two.heartbeat',
  'keyturn.sub.orders.one.fetch',
  'keyturn.cmd.vault.credential.reveal',
  'keyturn.qry.vault.credentials.list',
  'keyturn.evt.system.cloudflare.dns.credential.rotated',
  '$JS.API.STREAM.NAMES',
] as const;
const FOREIGN_TO_HEAR = ['keyturn.evt.system.postgres.*.credential.*', 'keyturn.log.>', '_INBOX_orders_one.>', '>'] as const;

/** All that an identity is refused by the server, of its own subjects and of others'. */
const refusedTo = async (jwt: string, user: KeyPair): Promise<string[]> => {
  const authenticator = credsAuthenticator(fmtCreds(jwt, user));
  const connection = await connect({ servers: natsUrl, authenticator, inboxPrefix: '_INBOX_mailer_one', reconnect: false });
  const refused: string[] = [];
  const listening = (async () => {
    for await (const status of connection.status()) if (status.type === 'error') refused.push(status.error.message);
  })();
  for (const subject of ['keyturn.sub.mailer.one.heartbeat', ...FOREIGN_TO_PUBLISH]) connection.publish(subject, '{');
  for (const subject of ['keyturn.evt.system.cloudflare.*.credential.*', ...FOREIGN_TO_HEAR])
    connection.subscribe(subject, { callback: () => undefined });
  await connection.flush(); // the server says each violation before it answers
  await connection.close();
  await listening;
  return refused;
};

describe('a consumer on the command line', () => {
  it('is registered, gets a token that is shown to nobody, uses it, and loses it', async () => {
    const grants = ['--read', 'system.cloudflare.*', '--ack', 'system.cloudflare.*'];
    await cli('consumers', 'register', 'mailer', '--owner', 'team-mail', ...grants);
    expect(await cli('consumers', 'show', 'mailer')).toMatchObject({
      owner: 'team-mail',
      liveTokens: 0,
      grants: [
        { action: 'read', pattern: 'system.cloudflare.*' },
        { action: 'ack', pattern: 'system.cloudflare.*' },
      ],
    });

    const file = join(folder, 'token');
    const issued = (await cli('tokens', 'issue', 'mailer', '--days', '7', '--to', file)) as { tokenId: string };
    expect(issued).not.toHaveProperty('token');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const token = readFileSync(file, 'utf8');
    expect(await cli('tokens', 'list', 'mailer')).toMatchObject({ items: [{ tokenId: issued.tokenId, lastUsedAt: null }] });

    const user = createUser();
    const identity = await askIdentity(token, user);
    expect(identity.json).toMatchObject({ consumer: 'mailer', instance: 'one' });
    const refused = await refusedTo(SubscriberCredentials.parse(identity.json).jwt, user);
    expect(refused).toEqual([
      ...FOREIGN_TO_PUBLISH.map((subject) => expect.stringContaining(`Publish to "${subject}"`)),
      ...FOREIGN_TO_HEAR.map((subject) => expect.stringContaining(`Subscription to "${subject}"`)),
    ]);
    expect(await cli('tokens', 'list', 'mailer')).toMatchObject({ items: [{ lastUsedAt: expect.stringMatching(/^2/u) }] });
    expect(await cli('consumers', 'list')).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ consumer: 'mailer', liveTokens: 1 })]),
    });

    await cli('tokens', 'revoke', 'mailer', issued.tokenId);
    expectProblem(await askIdentity(token), 401, 'api-token-invalid');
    expectProblem(await ask('/api/v1/admin/consumers', { token }), 401, 'token-invalid'); // it never opened another route
  });

  it.each(['operator', 'professional', 'free'] as const)('is registered by nobody who is no admin: %s', async (account) => {
    const body = { grants: [{ action: 'read', pattern: 'system.*.*' }] };
    const refused = await ask('/api/v1/admin/consumers/thief', { method: 'PUT', token: tokens[account], body });
    expect(refused.status).toBe(403);
    expectProblem(await ask('/api/v1/admin/consumers/thief'), 404, 'consumer-not-registered');
  });
});
