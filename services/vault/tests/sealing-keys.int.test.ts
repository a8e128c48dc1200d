import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectBus, type NatsBus, vaultClient } from '@keyturn/bus';
import { commandSubject, type SealedBox, SealingKeys } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { createLink, type Link, type MessageContext, sealOnce, sealOverLink } from '@keyturn/sealing';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomKek } from '../src/adapters/memory/memory-key-wrapper.ts';
import { testLog, type TestLog } from './test-log.ts';
import { type TestNats, testNats } from './test-nats.ts';
import { ADMIN, FIELDS, testReplica } from './test-vault.ts';

// A vault on real NATS, whose day passes as fast as the test wants.

const HOUR = 3_600_000;
const MINUTE = 60_000;
const REGISTER = 'credential.register';

const start = Date.parse('2026-03-02T09:00:00Z');
let now = start;
const clock = { now: () => new Date(now) };
const after = (hours: number, minutes = 0): void => {
  now = start + hours * HOUR + minutes * MINUTE;
};

let database: TestLog;
let nats: TestNats;
const buses: NatsBus[] = [];
let first: SealingKeys['keys'][number];
let link: Link;

const connect = async (name: string): Promise<NatsBus> => {
  const creds = new Sensitive(await readFile(join(nats.credsDir, `${name}.creds`), 'utf8'));
  const bus = await connectBus({ url: nats.url, creds, name, log: silentLogger });
  buses.push(bus);
  return bus;
};
const client = () => vaultClient({ bus: buses[1]!, actor: ADMIN, clock });
const published = async () => {
  const answer = await client().query('sealing-keys.list', {});
  if (!answer.ok) throw new Error(answer.refusal.code);
  return SealingKeys.parse(answer.value.value).keys;
};

type Seal = (context: MessageContext, plaintext: Sensitive<Uint8Array>) => Promise<SealedBox>;
/** Registers a credential whose secret is sealed as said; answers what the vault said. */
const register = async (seal?: Seal): Promise<string> => {
  const [commandId, credentialId] = [randomUUID(), uuidv7()];
  const data = {
    credentialId,
    address: `system.postgres.k-${credentialId}`,
    credentialType: 'database_password',
    publicFields: FIELDS,
    issuer: null,
  };
  const secret = new Sensitive({ fields: { password: 'of the day' } });
  const plaintext = new Sensitive<Uint8Array>(Buffer.from(JSON.stringify(secret.reveal())));
  const context = { subject: commandSubject(REGISTER), commandId, about: credentialId };
  const answer = await client().command(REGISTER, data, { commandId, ...(seal ? { box: await seal(context, plaintext) } : { secret }) });
  return answer.ok ? 'ok' : answer.refusal.code;
};
const once: Seal = async (context, plaintext) => (await sealOnce(first, context, plaintext, clock)).box;
const overLink: Seal = (context, plaintext) => Promise.resolve(sealOverLink(link, context, plaintext, { clock, withEnc: true }));

beforeAll(async () => {
  [database, nats] = await Promise.all([testLog(), testNats()]);
  const [servedOn] = [await connect('vault'), await connect('gateway')];
  await testReplica(database, [randomKek()], { clock, servedOn });
  [first] = (await published()) as [typeof first];
  link = await createLink(first);
});
afterAll(async () => {
  await Promise.all(buses.map((bus) => bus.drain()));
  await nats.dispose();
  await database.dispose();
});

describe('a sealing key', () => {
  it('is the one of the day until an hour before its end, when the next one is published beside it', async () => {
    expect([await register(), await register(once), await register(overLink)]).toEqual(['ok', 'ok', 'ok']);
    after(22, 59);
    expect((await published()).map(({ id }) => id)).toEqual([first.id]);
    after(23, 1);
    const both = (await published()).map(({ id }) => id);
    expect(both).toHaveLength(2);
    expect(both).toContain(first.id);
  });

  it('is published no more after its day, and accepted for one hour', async () => {
    after(24, 1);
    expect((await published()).map(({ id }) => id)).not.toContain(first.id);
    expect([await register(once), await register(overLink)]).toEqual(['ok', 'ok']);
    after(24, 59);
    expect([await register(once), await register(overLink)]).toEqual(['ok', 'ok']);
  });

  it('is accepted no longer, not even on a link that was in use a minute ago, and is gone from the database', async () => {
    after(25, 1);
    expect([await register(once), await register(overLink)]).toEqual(['link-unknown', 'link-unknown']);
    await published();
    expect(await database.sql('SELECT FROM sealing_keys WHERE key_id = $1', [first.id])).toEqual([]);
    expect(await register()).toBe('ok'); // a client that asks for the keys goes on with the next one
  });
});
