import { RebuildView } from '@keyturn/contracts/api';
import { describe, expect, inject, it } from 'vitest';
import { untilSteady } from './support/admin.ts';
import { ask, expectProblem, rotationsPath } from './support/ask.ts';
import { runCli } from './support/run-cli.ts';

const { credentialId, endpoints } = inject('stack');
const { gatewayUrl, tokens } = endpoints;
const cli = (token: string, ...args: string[]) => runCli(args, { env: { KEYTURN_URL: gatewayUrl, KEYTURN_TOKEN: token } });

describe('a rebuild of the entries, asked for on the command line', () => {
  it('comes to the same entries while a rotation goes on', async () => {
    await untilSteady(credentialId);
    const rotation = await ask(rotationsPath(credentialId), { method: 'POST', body: {} });
    expect(rotation.status).toBe(202);
    const run = await cli(tokens.admin, '--json', 'audit', 'rebuild');
    expect(run).toMatchObject({ code: 0 });
    const { state, generation, compared } = RebuildView.parse(JSON.parse(run.out));
    expect({ state, digest: compared?.digest }).toEqual({ state: 'served', digest: compared?.replacedDigest });
    expect((await ask('/api/v1/audit/rebuild', { token: tokens.auditor })).json).toMatchObject({ rebuild: { generation, compared } });
    await untilSteady(credentialId);
  });

  it('says so to people, and how audit is', async () => {
    const { out } = await cli(tokens.admin, 'audit', 'rebuild');
    expect(out).toMatch(/^Rebuild \d+ is served\. It came to the same entries, to position \d+: SHA-256 [0-9a-f]{64}\.\n$/u);
    expect(await cli(tokens.operator, 'audit', 'status')).toMatchObject({ code: 0, out: expect.stringContaining('to position') });
  });

  it('is refused to who is no admin', async () => {
    expectProblem(await ask('/api/v1/audit/rebuild', { method: 'POST', token: tokens.operator }), 403, 'role-missing');
    expect(await cli(tokens.auditor, 'audit', 'rebuild', '--no-wait')).toMatchObject({ code: 4 });
  });
});
