import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '@keyturn/bus';
import type { Recorded } from '@keyturn/contracts/events';
import { smallDiskPostgres, type SmallDiskPostgres, waitUntil, whyNoSmallDisk } from '@keyturn/dev-stack';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { randomKek } from '../src/adapters/memory/memory-key-wrapper.ts';
import { verifyChain } from '../src/log/verify-chain.ts';
import { readAll } from '../src/testing/describe-command-log.ts';
import { testLog, type TestLog } from './test-log.ts';
import { ADMIN, FIELDS, testReplica } from './test-vault.ts';

const DISK_MB = 256;
const MB = 1024 * 1024;
const WRITERS = 8;
const NOTES = 'x'.repeat(1_900);
const WHY_NOT = whyNoSmallDisk();

/** What a client sends, and sends again under the same id until it hears what became of it. */
type Sent = { readonly commandId: string; readonly change: object };

// Says so where the machine can't do it, instead of looking as if it had.
describe.each(WHY_NOT === null ? [] : [WHY_NOT])('a vault whose Postgres has no room: NOT TESTED HERE, because %s', (why) => {
  it('needs a machine where root may mount a tmpfs', () => expect(whyNoSmallDisk()).toBe(why));
});

describe.runIf(WHY_NOT === null)('a vault whose Postgres has no room', () => {
  let postgres: SmallDiskPostgres;
  let database: TestLog;
  let vault: Awaited<ReturnType<typeof testReplica>>;
  let credentials: string[];
  /** Has its link to the vault already. */
  let viewer: ReturnType<(typeof vault)['client']>;
  const acknowledged = new Set<string>();

  beforeAll(async () => {
    postgres = await smallDiskPostgres(DISK_MB);
    database = await testLog(postgres.url);
    vault = await testReplica(database, [randomKek()]);
    credentials = await Promise.all(Array.from({ length: WRITERS }, (_, index) => register(index)));
    viewer = vault.client(ADMIN);
    await expectRevealed(randomUUID());
  });
  afterAll(async () => {
    await postgres.makeRoom();
    await waitUntil(isWriting, { timeoutMs: 30_000 }); // a test that failed left the disk full
    await database.dispose();
    await postgres.stop();
  });

  const register = async (index: number): Promise<string> => {
    const credentialId = uuidv7();
    const data = {
      credentialId,
      address: `system.postgres.full-${index}`,
      credentialType: 'database_password',
      publicFields: FIELDS,
      untested: 'import',
    };
    const secret = new Sensitive({ fields: { password: `of ${index}` } });
    const made = await vault.client(ADMIN).command('credential.register', { ...data, issuer: null }, { commandId: randomUUID(), secret });
    expect(made).toMatchObject({ ok: true });
    return credentialId;
  };
  const send = async ({ commandId, change }: Sent): Promise<void> => {
    const answer = await vault.client(ADMIN).command('credential.change-details', change, { commandId });
    if (!answer.ok) throw new Error(answer.refusal.code);
    acknowledged.add(commandId);
  };
  const next = (writer: number): Sent => {
    const commandId = randomUUID();
    return { commandId, change: { credentialId: credentials[writer % WRITERS], changes: { notes: `${commandId} ${NOTES}` } } };
  };
  const asked = { reason: 'a look while there is no room' };
  /** Answers the password, once the reveal is recorded. */
  const reveal = async (commandId: string): Promise<unknown> => {
    const shown = await viewer.command('credential.reveal', { ...asked, credentialId: credentials[0] }, { commandId, wantsSecret: true });
    return shown.ok ? shown.value.secret?.reveal() : shown.refusal;
  };
  const expectRevealed = async (commandId: string): Promise<void> => {
    expect(await reveal(commandId)).toMatchObject({ fields: { password: 'of 0' } });
    expect((await readAll(vault.log)).filter(({ meta }) => meta.commandId === commandId)).toHaveLength(1);
  };
  const isWriting = (): Promise<boolean> =>
    send(next(0)).then(
      () => true,
      () => false,
    );
  /** Writes until there is no room; answers what was refused, and how. */
  const writeUntilFull = async (): Promise<{ sent: Sent; fault: unknown }[]> => {
    const refused: { sent: Sent; fault: unknown }[] = [];
    const writer = async (index: number): Promise<void> => {
      while (refused.length === 0) {
        const sent = next(index);
        await send(sent).catch((fault: unknown) => refused.push({ sent, fault }));
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(index)));
    return refused;
  };
  /** Each command that was answered, and each that was sent again, is in the log once, and the chain holds. */
  const expectNothingLost = async (): Promise<void> => {
    const all = await readAll(vault.log);
    const recorded = Map.groupBy(all, ({ meta }: Recorded) => meta.commandId);
    expect([...acknowledged].filter((commandId) => recorded.get(commandId)?.length !== 1)).toEqual([]);
    expect(verifyChain(all)).toMatchObject({ ok: true });
  };
  const expectRecovery = async (refused: readonly Sent[]): Promise<void> => {
    await postgres.makeRoom();
    await expect.poll(isWriting, { timeout: 30_000 }).toBe(true);
    for (const sent of refused) await send(sent);
    await expectNothingLost();
  };

  it('says that it is unavailable (503 at the gateway), loses nothing, and goes on by itself once there is room', async () => {
    await postgres.fillBut(4 * MB);
    const refused = await writeUntilFull();
    expect(acknowledged.size).toBeGreaterThan(WRITERS);
    for (const { fault } of refused) expect(fault).toBeInstanceOf(ServiceUnavailable);
    const again = await send(next(1)).catch((fault: unknown) => fault);
    expect(again).toBeInstanceOf(ServiceUnavailable);
    const shown = randomUUID();
    expect(await reveal(shown).catch((fault: unknown) => fault)).toBeInstanceOf(ServiceUnavailable); // no record, no answer
    await expectRecovery(refused.map(({ sent }) => sent));
    await expectRevealed(shown);
  }, 120_000);

  it('says the same where the WAL has no room and Postgres panics, to commands and to queries', async () => {
    await postgres.fillBut(0);
    const session = await database.session();
    // More than the WAL segments that are there already: the server panics, and can't come back before there is room.
    const flood = async (): Promise<never> => {
      for (;;) await session.query(`SELECT pg_logical_emit_message(false, 'keyturn', repeat('x', $1))`, [4 * MB]);
    };
    await expect(flood()).rejects.toThrow(/./);
    await expect(session.query('SELECT 1')).rejects.toThrow(/not queryable/);
    const client = vault.client(ADMIN);
    const sent = Array.from({ length: WRITERS }, (_, index) => next(index));
    const shown = randomUUID();
    const answers = await Promise.all([
      reveal(shown).catch((fault: unknown) => fault),
      ...sent.map((each) => send(each).catch((fault: unknown) => fault)),
      client.query('credential.get', { credentialId: credentials[0] }).catch((fault: unknown) => fault),
      client.query('credential.list', {}).catch((fault: unknown) => fault),
    ]);
    for (const answer of answers) expect(answer).toBeInstanceOf(ServiceUnavailable);
    await expectRecovery(sent);
    await expectRevealed(shown);
  }, 120_000);
});
