import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultStack, startFaultStack } from '../src/fault-stack.ts';

const LIFE_SECONDS = 10;
let faults: FaultStack;

beforeAll(async () => {
  faults = await startFaultStack({ gatewaySettings: { SUBSCRIBER_JWT_SECONDS: String(LIFE_SECONDS) } });
});
afterAll(() => faults?.stop());

/** What the instances' own logs say of their identities. */
const said = (event: string): number =>
  ['one', 'two']
    .map((instance) => readFileSync(join(faults.stack.servers.varDir, 'logs', `orders-${instance}.log`), 'utf8'))
    .flatMap((log) => log.split('\n'))
    .filter((line) => line.includes(`"event":"${event}"`)).length;

describe('identities that live for seconds', () => {
  it('are renewed through rotations, with no failed login and no lost lease', async () => {
    const run = await faults.begin();
    const renewedBefore = said('wire.renewed');
    await run.rotate();
    await run.until('rotation.completed');
    await run.waitFor('both instances were renewed', () => said('wire.renewed') >= renewedBefore + 4);
    const { ends, events } = await run.end();
    expect(ends).toEqual(['rotation.completed']);
    expect(events.some(({ type }) => type === 'subscriber.credentials-issued')).toBe(true);
    expect(events.filter(({ type }) => type === 'lease.ended')).toEqual([]);
    expect(said('wire.expired')).toBe(0);
  });

  it('end while the gateway is down, and the workload works on; it converges when the gateway is back', async () => {
    const run = await faults.begin();
    const gateway = faults.stack.services['api-gateway'];
    const expiredBefore = said('wire.expired');
    const renewedBefore = said('wire.renewed');
    await run.rotate();
    await run.until('credential.rotated');
    await gateway.kill();
    run.note('the gateway is killed');
    await run.waitFor('both identities ended', () => said('wire.expired') >= expiredBefore + 2);
    await gateway.restart();
    run.note('the gateway is up again');
    await run.waitFor('both instances are connected again', () => said('wire.renewed') >= renewedBefore + 2);
    expect((await run.end()).ends).toEqual(['rotation.completed']);
  });
});
