import { afterAll, describe, expect, inject, it } from 'vitest';
import { readCredential, rotateToEnd, untilSteady } from './support/admin.ts';
import { ask, credentialPath, CREDENTIALS, expectProblem, rotationsPath } from './support/ask.ts';
import { controlVault, untilReady } from './support/vault-control.ts';

const { credentialId } = inject('stack');

afterAll(async () => {
  await controlVault('restart');
  await untilReady();
});

describe('while the vault is down', () => {
  it('what needs it is answered with a 503 that says so, what audit alone answers goes on, nothing is queued, and afterwards all works as before', async () => {
    await untilSteady(credentialId);
    const before = await readCredential(credentialId);
    await controlVault('kill');

    for (const path of [CREDENTIALS, credentialPath(credentialId), `${rotationsPath(credentialId)}/1`]) {
      const answer = await ask(path);
      expectProblem(answer, 503, 'vault-unavailable');
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/u);
    }
    expectProblem(await ask(rotationsPath(credentialId), { method: 'POST', body: {} }), 503, 'vault-unavailable');
    // What only audit is asked goes on, and changes nothing: docs/signing-in.md has the list.
    for (const path of ['/api/v1/audit/entries', '/api/v1/rotations', `${credentialPath(credentialId)}/timeline`]) {
      expect(await ask(path)).toMatchObject({ status: 200, json: { items: expect.any(Array), projectedTo: expect.any(Number) } });
    }
    const ready = await ask('/readyz', { token: null });
    expect({ status: ready.status, json: ready.json }).toMatchObject({ status: 503, json: { status: 'down', down: ['vault'] } });
    expect((await ask('/healthz', { token: null })).status).toBe(200);

    await controlVault('restart');
    await untilReady();
    expect(await readCredential(credentialId)).toEqual(before);
    expect(await rotateToEnd(credentialId)).toMatchObject({ status: 'completed', epoch: (before.rotations[0]?.epoch ?? 0) + 1 });
  });
});
