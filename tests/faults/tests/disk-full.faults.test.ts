import { randomUUID } from 'node:crypto';
import { Problem } from '@keyturn/contracts/api';
import { smallDiskPostgres, type SmallDiskPostgres, waitUntil, whyNoSmallDisk } from '@keyturn/dev-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultStack, startFaultStack } from '../src/fault-stack.ts';
import { judgeChain, judgeEntries, judgePositions, judgeStreams } from '../src/judge-log.ts';

const DISK_MB = 640;
const MB = 1024 * 1024;
const WRITERS = 8;
const NOTES = 'x'.repeat(1_900);
const WHY_NOT = whyNoSmallDisk();

// Says so where the machine can't do it, instead of looking as if it had.
describe.each(WHY_NOT === null ? [] : [WHY_NOT])('a stack whose Postgres has no room: NOT TESTED HERE, because %s', (why) => {
  it('needs a machine where root may mount a tmpfs', () => expect(whyNoSmallDisk()).toBe(why));
});

describe.runIf(WHY_NOT === null)('a stack whose Postgres has no room', () => {
  let postgres: SmallDiskPostgres;
  let faults: FaultStack;
  const acknowledged = new Set<string>();

  beforeAll(async () => {
    postgres = await smallDiskPostgres(DISK_MB);
    faults = await startFaultStack({
      instances: [],
      env: { ...process.env, KEYTURN_POSTGRES_URL: postgres.url },
      gatewaySettings: { REQUESTS_PER_MINUTE: '1000000' },
    });
  });
  afterAll(async () => {
    await postgres?.makeRoom(); // a test that failed left the disk full
    await faults?.stop();
    await postgres?.stop();
  });

  const ask = (method: string, path: string, key: string, body?: object): Promise<Response> => {
    const { endpoints, credentialId } = faults.stack;
    return fetch(`${endpoints.gatewayUrl}/api/v1/admin/credentials/${credentialId}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${endpoints.tokens.admin}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': key, 'if-match': '*' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
  };
  /** The same write however often it is sent. */
  const write = async (key: string): Promise<Response> => {
    const answer = await ask('PATCH', '', key, { notes: `${key} ${NOTES}` });
    if (!answer.ok) return answer;
    await answer.arrayBuffer(); // only what was read to its end is an answer
    acknowledged.add(key);
    return answer;
  };
  const reveal = (key: string): Promise<Response> => ask('POST', '/reveal', key, { reason: 'a look while there is no room' });

  const expectUnavailable = async (answer: Response): Promise<void> => {
    const text = await answer.text();
    expect({ status: answer.status, text }).toMatchObject({ status: 503 });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/u);
    expect(Problem.parse(JSON.parse(text))).toMatchObject({ status: 503, code: 'vault-unavailable', type: '/problems/vault-unavailable' });
  };

  type Refused = { readonly key: string; readonly answer: Response };
  /** Writes until there is no room; answers what was refused, and how. */
  const writeUntilFull = async (): Promise<readonly Refused[]> => {
    const refused: Refused[] = [];
    const writer = async (): Promise<void> => {
      while (refused.length === 0) {
        const key = randomUUID();
        const answer = await write(key);
        if (!answer.ok) refused.push({ key, answer });
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    return refused;
  };

  /** What was answered as done, and what was sent again, is in the log once; the log is whole, and audit has all of it. */
  const expectNothingLost = async (): Promise<void> => {
    const { databases } = faults;
    const events = await databases.events();
    const times = [...acknowledged].map((key) => events.filter(({ data }) => data.includes(key)).length);
    expect(times.filter((found) => found !== 1)).toEqual([]);
    expect([...judgePositions(events), ...judgeStreams(events), ...judgeChain(events)]).toEqual([]);
    const hasCaughtUp = async (): Promise<boolean> => (await databases.entries()).length >= events.length;
    expect(await waitUntil(hasCaughtUp, { timeoutMs: 60_000 })).toBe(true);
    const entries = await databases.entries();
    expect(
      judgeEntries(
        events,
        entries.filter(({ position }) => position <= events.length),
      ),
    ).toEqual([]);
  };

  it('says so (503) to whoever asks over HTTP, loses nothing, and goes on by itself once there is room', async () => {
    const shown = randomUUID();
    expect((await reveal(randomUUID())).status).toBe(200);
    await postgres.fillBut(4 * MB);
    const refused = await writeUntilFull();
    expect(acknowledged.size).toBeGreaterThan(WRITERS);
    for (const { answer } of refused) await expectUnavailable(answer);
    await expectUnavailable(await write(randomUUID()));
    await expectUnavailable(await reveal(shown)); // no record, no answer
    const read = await ask('GET', '', '');
    await (read.ok ? read.text() : expectUnavailable(read)); // depends on whether the server itself found room
    await postgres.makeRoom();
    const [first] = refused;
    const isWriting = async (): Promise<boolean> => (await write(first?.key ?? '')).ok;
    expect(await waitUntil(isWriting, { timeoutMs: 60_000 })).toBe(true);
    for (const { key } of refused) expect((await write(key)).status).toBe(200);
    expect((await reveal(shown)).status).toBe(200);
    await expectNothingLost();
  });
});
