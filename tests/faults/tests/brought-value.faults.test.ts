import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BroughtCredential, broughtCredential } from '../src/brought-value.ts';
import { type FaultStack, startFaultStack } from '../src/fault-stack.ts';

// A value that a person brings, with somebody killed between its stage and its commit: it ends once, one way or the other, and never half.

let faults: FaultStack;
let credential: BroughtCredential;
const first = randomUUID();

beforeAll(async () => {
  faults = await startFaultStack();
});
afterAll(() => faults?.stop());
beforeEach(async () => {
  credential = await broughtCredential(faults, first);
});
afterEach(() => credential.close());

const typesOf = async (): Promise<string[]> => (await credential.events()).map(({ type }) => type);
const count = (types: readonly string[], type: string): number => types.filter((one) => one === type).length;

const VICTIMS = [
  ['the worker', ['rotation-worker']],
  ['the vault', ['vault']],
  ['both of them', ['vault', 'rotation-worker']],
] as const;

describe.each(VICTIMS)('while it is tested, and %s is killed', (_who, victims) => {
  const killed = () => victims.map((victim) => faults.stack.services[victim]);

  it('a new value that works is committed once, as tested', async () => {
    expect(await credential.register(first)).toMatchObject({ status: 201, body: { status: 'committed' } });
    const next = randomUUID();
    await credential.change(next);
    const held = credential.holdTest();
    const ended = credential.bring(next);
    await held.kill(...killed());
    expect(await ended).toMatchObject({ status: 201, body: { status: 'committed', version: 2 } });
    const { current, generation, untested, change, versions } = await credential.read();
    expect([current, generation, untested, change]).toEqual([2, 2, null, null]);
    expect(versions.map(({ version, status, tested }) => [version, status, tested?.verdict])).toEqual([
      [2, 'current', 'valid'],
      [1, 'superseded', 'valid'],
    ]);
    const types = await typesOf();
    expect([count(types, 'credential.version-staged'), count(types, 'credential.rotated')]).toEqual([2, 2]);
    expect(count(types, 'credential.version-superseded')).toBe(1);
  });

  it('a registration with a wrong value leaves no credential, and its address free', async () => {
    const held = credential.holdTest();
    const ended = credential.register(randomUUID());
    await held.kill(...killed());
    expect(await ended).toMatchObject({ status: 422, body: { code: 'test-invalid' } });
    expect(await credential.read()).toMatchObject({ status: 'deleted', current: null, change: null });
    const types = await typesOf();
    expect([count(types, 'credential.rotated'), count(types, 'credential.shredded'), count(types, 'credential.deleted')]).toEqual([
      0, 1, 1,
    ]);
    const { items } = await faults.stack.api.list(credential.address);
    expect(items).toEqual([]);
  });
});
