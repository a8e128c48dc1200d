import type { SealedBox } from '@keyturn/contracts';
import { Sensitive, type Clock } from '@keyturn/kernel';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { createLink, openOverLink, sealOverLink, type Link } from './link.ts';
import { linkTable, type LinkTable } from './link-table.ts';
import { sealOnce } from './seal-once.ts';
import type { MessageContext } from './sealing-aad.ts';
import { generateSealingKey } from './vault-keys.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const clockAt = (ms: number): Clock => ({ now: () => new Date(START + ms) });
const clock = clockAt(0);
const context: MessageContext = {
  subject: 'keyturn.cmd.vault.epoch.stage-candidate',
  commandId: '0197d2a0-0000-7000-8000-000000000001',
  about: '0197d2a0-0000-7000-8000-00000000000a',
};
const secret = (text: string) => new Sensitive<Uint8Array>(new TextEncoder().encode(text));
const key = generateSealingKey();
const sealingKey = { id: key.id, publicKey: key.publicKey, notAfter: new Date(START + 24 * 60 * MINUTE).toISOString() };
const replica = (options: { at?: Clock; max?: number; ttlMs?: number } = {}): LinkTable =>
  linkTable({
    openSealingKey: (id) => Promise.resolve(id === key.id ? key.privateKey : null),
    clock: options.at ?? clock,
    ...(options.max !== undefined && { max: options.max }),
    ...(options.ttlMs !== undefined && { ttlMs: options.ttlMs }),
  });
const codeOf = async (opened: ReturnType<LinkTable['open']>) => {
  const result = await opened;
  return result.ok ? 'ok' : result.refusal.code;
};
const flip = (text: string, at: number, mask: number): string => {
  const bytes = fromBase64Url(text)!;
  bytes[at % bytes.length]! ^= mask;
  return toBase64Url(bytes);
};

let link: Link;
beforeAll(async () => {
  link = await createLink(sealingKey);
});
const seal = (text = 'hunter2', withEnc = true, at: Clock = clock): SealedBox =>
  sealOverLink(link, context, secret(text), { clock: at, withEnc });

describe('a link', () => {
  it('brings a request to the vault and its answer back', async () => {
    const opened = await replica().open(seal(), context);
    if (!opened.ok) throw new Error(opened.refusal.code);
    expect(Buffer.from(opened.value.plaintext.reveal()).toString()).toBe('hunter2');
    const answer = openOverLink(link, context, opened.value.sealReply(secret('the new one')), clock);
    if (!answer.ok) throw new Error(answer.refusal.code);
    expect(Buffer.from(answer.value.reveal()).toString()).toBe('the new one');
  });
  it('needs its encapsulation only once on a replica', async () => {
    const vault = replica();
    expect(await codeOf(vault.open(seal('a', false), context))).toBe('link-unknown');
    expect(await codeOf(vault.open(seal('a', true), context))).toBe('ok');
    expect(await codeOf(vault.open(seal('b', false), context))).toBe('ok');
  });
  it('is adopted by any replica that holds the sealing key', async () => {
    expect(await codeOf(replica().open(seal(), context))).toBe('ok');
    expect(await codeOf(replica().open(seal(), context))).toBe('ok');
  });
  it('is unknown where the sealing key is not held', async () =>
    expect(await codeOf(replica().open({ ...seal(), sealingKeyId: 'another' }, context))).toBe('link-unknown'));
  it('does not open under another private key', async () => {
    const other = linkTable({ openSealingKey: () => Promise.resolve(generateSealingKey().privateKey), clock });
    expect(await codeOf(other.open(seal(), context))).toBe('seal-invalid');
  });
  it.each(['subject', 'commandId', 'about'] as const)('does not open in a message with another %s', async (field) =>
    expect(await codeOf(replica().open(seal(), { ...context, [field]: `${context[field]}x` }))).toBe('seal-invalid'),
  );
  it('does not open when its expiry was put off', async () =>
    expect(await codeOf(replica().open({ ...seal(), expiresAt: new Date(START + 5 * MINUTE + 1).toISOString() }, context))).toBe(
      'seal-invalid',
    ));
  it('expires after five minutes', async () => {
    expect(await codeOf(replica({ at: clockAt(5 * MINUTE - 1) }).open(seal(), context))).toBe('ok');
    expect(await codeOf(replica({ at: clockAt(5 * MINUTE) }).open(seal(), context))).toBe('seal-expired');
  });
  it('takes no box that claims a longer life', async () =>
    expect(await codeOf(replica().open(seal('a', true, clockAt(2 * MINUTE)), context))).toBe('seal-invalid'));
  it('opens no request as an answer, nor an answer of another message', async () => {
    expect(openOverLink(link, context, seal(), clock).ok).toBe(false);
    const opened = await replica().open(seal(), context);
    if (!opened.ok) throw new Error(opened.refusal.code);
    const reply = opened.value.sealReply(secret('x'));
    expect(openOverLink(link, { ...context, commandId: 'other' }, reply, clock).ok).toBe(false);
    expect(await codeOf(replica().open({ ...reply, enc: link.enc }, context))).toBe('seal-invalid');
  });
  it('refuses a box in which any byte was changed', async () => {
    const vault = replica();
    const box = seal() as Extract<SealedBox, { kind: 'link' }>;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('nonce', 'ciphertext', 'enc', 'linkId'),
        fc.nat(4096),
        fc.integer({ min: 1, max: 255 }),
        async (part, at, mask) => {
          const fresh = part === 'enc' ? replica() : vault;
          expect(await codeOf(fresh.open({ ...box, [part]: flip(box[part]!, at, mask) }, context))).toBe('seal-invalid');
        },
      ),
      { numRuns: 150 },
    );
  });
  it('refuses truncated and malformed boxes', async () => {
    const box = seal() as Extract<SealedBox, { kind: 'link' }>;
    for (const part of ['nonce', 'ciphertext'] as const) {
      for (const value of ['', 'A', 'AA', 'AB']) {
        expect(await codeOf(replica().open({ ...box, [part]: value }, context))).toBe('seal-invalid');
      }
    }
    expect(await codeOf(replica().open({ ...box, expiresAt: 'never' }, context))).toBe('seal-expired');
  });
  it('leaves the table when it is the least recently used or too old', async () => {
    const small = replica({ max: 2 });
    const links = [await createLink(sealingKey), await createLink(sealingKey), await createLink(sealingKey)];
    for (const each of links) await small.open(sealOverLink(each, context, secret('x'), { clock, withEnc: true }), context);
    expect(small.size()).toBe(2);
    expect(await codeOf(small.open(sealOverLink(links[0]!, context, secret('x'), { clock, withEnc: false }), context))).toBe(
      'link-unknown',
    );
    expect(await codeOf(small.open(sealOverLink(links[2]!, context, secret('x'), { clock, withEnc: false }), context))).toBe('ok');
  });
  it('is forgotten when it was not used for long', async () => {
    let now = 0;
    const vault = replica({ at: { now: () => new Date(START + now) }, ttlMs: MINUTE });
    expect(await codeOf(vault.open(seal(), context))).toBe('ok');
    now = MINUTE + 1;
    expect(await codeOf(vault.open(seal('a', false), context))).toBe('link-unknown');
  });
});

describe('a message sealed once', () => {
  it('opens at the vault, and its answer opens at the sender', async () => {
    const once = await sealOnce(sealingKey, context, secret('hunter2'), clock);
    const opened = await replica().open(once.box, context);
    if (!opened.ok) throw new Error(opened.refusal.code);
    expect(Buffer.from(opened.value.plaintext.reveal()).toString()).toBe('hunter2');
    const answer = await once.openReply(opened.value.sealReply(secret('revealed')));
    if (!answer.ok) throw new Error(answer.refusal.code);
    expect(Buffer.from(answer.value.reveal()).toString()).toBe('revealed');
  });
  it('opens nowhere else', async () => {
    const { box } = await sealOnce(sealingKey, context, secret('hunter2'), clock);
    expect(await codeOf(replica().open(box, { ...context, about: 'other' }))).toBe('seal-invalid');
    expect(await codeOf(replica({ at: clockAt(5 * MINUTE) }).open(box, context))).toBe('seal-expired');
    expect(await codeOf(replica().open({ ...box, sealingKeyId: 'another' }, context))).toBe('link-unknown');
  });
  it('refuses a box in which any byte was changed', async () => {
    const { box } = await sealOnce(sealingKey, context, secret('hunter2'), clock);
    if (box.kind !== 'hpke') throw new Error('not sealed once');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('enc', 'ciphertext'), fc.nat(4096), fc.integer({ min: 1, max: 255 }), async (part, at, mask) => {
        // X25519 ignores the top bit of the last byte of a public key (RFC 7748), but HPKE binds `enc` itself into the key schedule.
        expect(await codeOf(replica().open({ ...box, [part]: flip(box[part], at, mask) }, context))).toBe('seal-invalid');
      }),
      { numRuns: 60 },
    );
  });
});
