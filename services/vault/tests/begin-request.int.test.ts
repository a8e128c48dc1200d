import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN, testVault, type TestVault } from './test-vault.ts';

let vault: TestVault;
beforeAll(async () => (vault = await testVault()));
afterAll(() => vault.dispose());

const begin = (commandId: string, wish: object) =>
  vault.client(ADMIN).command('request.begin', { operation: 'changeManyCredentials', wish }, { commandId });

it('a request is begun once for what is wished by it, and for nothing else, and records nothing', async () => {
  const [commandId, wish] = [randomUUID(), { action: 'tag', ids: ['a', 'b'], tags: ['x'] }];
  const before = (await vault.events()).length;
  expect(await begin(commandId, wish)).toMatchObject({ ok: true });
  expect(await begin(commandId, { tags: ['x'], ids: ['a', 'b'], action: 'tag' })).toMatchObject({ ok: true });
  expect(await begin(commandId, { ...wish, tags: ['y'] })).toMatchObject({ refusal: { code: 'command-reused' } });
  expect(await begin(commandId, { ...wish, ids: ['b', 'a'] })).toMatchObject({ refusal: { code: 'command-reused' } });
  expect(await begin(randomUUID(), { ...wish, tags: ['y'] })).toMatchObject({ ok: true });
  expect(await vault.events()).toHaveLength(before);
});
