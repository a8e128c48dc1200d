import { randomUUID } from 'node:crypto';
import { ExecutionServerRead, LlmChoiceRead, type VaultCommandName } from '@keyturn/contracts/commands';
import { RegisteredConsumer, type VaultQueryName } from '@keyturn/contracts/queries';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, testVault, type TestVault } from './test-vault.ts';

// What counts no revisions has one that follows from what it says, and the vault compares it under the append lock.

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

type Case = {
  readonly what: string;
  readonly command: VaultCommandName;
  readonly data: (word: string) => object;
  readonly read: () => Promise<string>;
};

const ask = async (name: VaultQueryName, data: object): Promise<unknown> => {
  const answer = await vault.client(ADMIN).query(name, data);
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value.value;
};
const scope = 'system';
const CASES: readonly Case[] = [
  {
    what: 'a consumer',
    command: 'consumer.register',
    data: (owner) => ({ consumer: 'seen', grants: [], owner }),
    read: async () => RegisteredConsumer.parse(await ask('consumer.get', { consumer: 'seen' })).revision,
  },
  {
    what: 'a choice of language models',
    command: 'llm.choose',
    data: (model) => ({ scope, provider: 'openai', models: { openai: model } }),
    read: async () => LlmChoiceRead.parse(await ask('llm.choice', { scope })).revision,
  },
  {
    what: 'an execution server',
    command: 'execution-server.set',
    data: (name) => ({
      scope,
      serverId: 'seen',
      name,
      kind: 'brigade',
      baseUrl: 'https://a.test',
      enabled: true,
      isDefault: false,
      credential: null,
    }),
    read: async () => ExecutionServerRead.parse(await ask('execution-server.get', { scope, serverId: 'seen' })).revision,
  },
];

const send = (command: VaultCommandName, data: object, ifRevision?: string, commandId: string = randomUUID()) =>
  vault.client(ADMIN).command(command, data, { commandId, ...(ifRevision === undefined ? {} : { ifRevision }) });

describe.each(CASES)('$what', ({ command, data, read }) => {
  it('is made once by many who saw that there is none, and changed once by many who saw it alike', async () => {
    const made = await Promise.all(['a', 'b', 'c', 'd'].map((word) => send(command, data(word), 'none')));
    expect(made.filter(({ ok }) => ok)).toHaveLength(1);
    const seen = await read();
    const changed = await Promise.all(['e', 'f', 'g', 'h'].map((word) => send(command, data(word), seen)));
    expect(changed.filter(({ ok }) => ok)).toHaveLength(1);
    const revision = await read();
    expect(changed.find(({ ok }) => !ok)).toEqual({ ok: false, refusal: { code: 'resource-changed', revision } });
  });

  it('has the same revision when it says the same, and a repeat has its first verdict whatever came between', async () => {
    const commandId = randomUUID();
    const before = await read();
    const first = await send(command, data('x'), before, commandId);
    const seen = await read();
    await send(command, data('y'));
    expect(await send(command, data('x'), before, commandId)).toEqual(first);
    await send(command, data('x'));
    expect(await read()).toBe(seen);
  });
});

it('nothing is removed by whoever saw it otherwise', async () => {
  const refused = { ok: false, refusal: { code: 'resource-changed' } };
  expect(await send('execution-server.remove', { scope, serverId: 'seen' }, 'of-before')).toMatchObject(refused);
  expect(await send('llm.clear-choice', { scope }, 'of-before')).toMatchObject(refused);
  const { revision } = ExecutionServerRead.parse(await ask('execution-server.get', { scope, serverId: 'seen' }));
  expect(await send('execution-server.remove', { scope, serverId: 'seen' }, revision)).toMatchObject({ ok: true });
});
