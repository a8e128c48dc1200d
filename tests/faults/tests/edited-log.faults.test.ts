import { waitUntil } from '@keyturn/dev-stack';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type FaultStack, startFaultStack } from '../src/fault-stack.ts';

let faults: FaultStack;

beforeAll(async () => {
  faults = await startFaultStack({ auditSettings: { COMPARE_HEAD_EVERY_MS: '500' } });
});
afterAll(() => faults?.stop());

const Ready = z.object({ down: z.array(z.string()) });

describe('a superuser who edits the log', () => {
  it('is found out by audit, which names the position, while everything runs on', async () => {
    const { stack, databases } = faults;
    const readyz = async (): Promise<string[]> => Ready.parse(await (await fetch(`${stack.endpoints.gatewayUrl}/readyz`)).json()).down;
    const isWitnessed = async (): Promise<boolean> => (await databases.entries()).length >= (await databases.head());
    expect(await waitUntil(isWitnessed, { timeoutMs: 30_000 })).toBe(true);

    const edited = (await databases.events()).findLast(({ type }) => type === 'credential.registered')!;
    const superuser = new Client({ connectionString: stack.endpoints.databaseUrl });
    await superuser.connect();
    const sql = `UPDATE events SET data = replace(data, 'Orders database', 'orders database') WHERE position = $1`;
    expect((await superuser.query(sql, [edited.position])).rowCount).toBe(1);
    await superuser.end();

    const sentence = `position ${edited.position} has a hash that is not the hash of what it says`;
    const isSaid = async (): Promise<boolean> => (await readyz()).includes(`audit: the log is not as it was witnessed: ${sentence}`);
    expect(await waitUntil(isSaid, { timeoutMs: 60_000 })).toBe(true);
    const { convictions } = await stack.api.timeline(stack.credentialId);
    expect(convictions).toEqual([{ position: edited.position, sentence }]);
  });
});
