import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUser } from '@nats-io/nkeys';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { ask, expectProblem } from './support/ask.ts';
import { runCli } from './support/run-cli.ts';

const { gatewayUrl, tokens } = inject('stack').endpoints;
const folder = mkdtempSync(join(tmpdir(), 'keyturn-tokens-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cli = async (...args: string[]): Promise<unknown> => {
  const { code, out, err } = await runCli([...args, '--json'], { env: { KEYTURN_URL: gatewayUrl, KEYTURN_TOKEN: tokens.admin } });
  expect({ code, err }).toMatchObject({ code: 0 });
  return JSON.parse(out);
};
const askIdentity = (token: string) => {
  const body = { consumer: 'mailer', instance: 'one', publicKey: createUser().getPublicKey() };
  return ask('/api/v1/subscribers/credentials', { method: 'POST', token, body });
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

    expect((await askIdentity(token)).json).toMatchObject({ consumer: 'mailer', instance: 'one' });
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
