import { randomBytes, randomUUID } from 'node:crypto';
import type { Address, Refusal, Reply } from '@keyturn/contracts';
import { Ack, Beat, Fetch, type BeatAnswer, type PreflightNotice, type RotatedNotice } from '@keyturn/contracts/subscriber';
import { Sensitive, type Clock } from '@keyturn/kernel';
import { generateIdentity, generateSealingKey, linkTable, signSealingKey, verifyAck, type LinkTable } from '@keyturn/sealing';
import type { Fields } from '../held-version.ts';

type Version = { readonly version: number; readonly generation: number; readonly fields: Fields; readonly ackKey: Sensitive<string> };
type Pending = { readonly version: Version; readonly instances: readonly string[] };
type Credential = {
  readonly credentialId: string;
  readonly address: Address;
  readonly versions: Version[];
  current: Version;
  pending: Pending | null;
};
/** A message that the vault got, in order. */
export type Heard = { readonly verb: string; readonly instance: string; readonly seq: number; readonly body: unknown };
/** An acknowledgement whose MAC was right. */
export type Acked = {
  readonly instance: string;
  readonly address: Address;
  readonly version: number;
  readonly generation: number;
} & Ack['result'];

type From = { readonly subject: string; readonly consumer: string; readonly instance: string };

const newVersion = (known: Credential | undefined, fields: Fields, generation: number): Version => ({
  version: (known?.versions.length ?? 0) + 1,
  generation,
  fields,
  ackKey: new Sensitive(randomBytes(32).toString('base64url')),
});

const DAY_MS = 86_400_000;

/**
 * The subscriber's side of a vault in memory: it speaks the wire contract with real sealing and real MACs, and decides nothing. `outage`
 * and `refuseNext` make it misbehave.
 */
export class MemoryVault {
  readonly heard: Heard[] = [];
  readonly acks: Acked[] = [];
  /** What instances said of pending versions; `generation` is the one that was current. */
  readonly preflights: Acked[] = [];
  /** By instance: what the last message said that it holds. */
  readonly held = new Map<string, Beat['holds']>();
  /** While set, each message is lost on its way: `before` it arrives, or its answer `after` it was done. */
  outage: 'before' | 'after' | null = null;
  readonly #clock: Clock;
  readonly #identity = generateIdentity();
  readonly #credentials = new Map<Address, Credential>();
  readonly #done = new Map<string, Reply>();
  readonly #refusals: { readonly verb: string; readonly refusal: Refusal }[] = [];
  #sealingKey = generateSealingKey();
  #links: LinkTable;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#links = this.#newLinks();
  }

  get identity(): string {
    return this.#identity.publicKey;
  }

  /** Commits a version: the first one of an address, or the next. Gives the notice that a vault would send. */
  commit(address: Address, fields: Fields): RotatedNotice {
    const known = this.#credentials.get(address);
    const version = newVersion(known, fields, (known?.current.generation ?? 0) + 1);
    const credential = known ?? { credentialId: randomUUID(), address, versions: [], current: version, pending: null };
    credential.versions.push(version);
    credential.current = version;
    this.#credentials.set(address, credential);
    return this.#notice(credential);
  }

  /** Stages a version and asks these instances (`consumer/instance`) to try it. Gives the notice that a vault would send. */
  askPreflight(address: Address, fields: Fields, instances: readonly string[]): PreflightNotice {
    const credential = this.#credential(address);
    const version = newVersion(credential, fields, credential.current.generation);
    credential.versions.push(version);
    credential.pending = { version, instances };
    const { credentialId } = credential;
    const until = new Date(this.#clock.now().getTime() + 30_000).toISOString();
    const data = { credentialId, address, version: version.version, instances: [...instances], until, position: version.version };
    return { ...this.#envelope('credential.preflight-asked'), data };
  }

  /** Makes the version that was tried current. */
  commitPending(address: Address): RotatedNotice {
    const credential = this.#credential(address);
    if (!credential.pending) throw new Error(`nothing of ${address} is pending`);
    credential.current = { ...credential.pending.version, generation: credential.current.generation + 1 };
    credential.pending = null;
    return this.#notice(credential);
  }

  /** Makes an earlier version current again, as a new generation. */
  rollBack(address: Address, to: number): RotatedNotice {
    const credential = this.#credential(address);
    const earlier = credential.versions.find(({ version }) => version === to);
    if (!earlier) throw new Error(`there is no version ${to} of ${address}`);
    credential.current = { ...earlier, generation: credential.current.generation + 1 };
    return this.#notice(credential);
  }

  /** Refuses the next message of this verb. */
  refuseNext(verb: string, refusal: Refusal): void {
    this.#refusals.push({ verb, refusal });
  }

  /** Forgets all that an instance holds, as after its lease was lost. */
  loseLease(instance: string): void {
    this.held.delete(instance);
  }

  /** Forgets all links and the key behind them, like a vault whose sealing keys were rotated away. */
  loseLinks(): void {
    this.#sealingKey = generateSealingKey();
    this.#links = this.#newLinks();
  }

  /** Answers one message as the vault does, or throws where an outage swallows it. */
  async answer(subject: string, message: unknown): Promise<Reply> {
    const [, , consumer = '', instance = '', verb = ''] = subject.split('.');
    if (this.outage === 'before') throw new Error('nobody answers');
    const repeated = this.#done.get(this.#note(verb, instance, message));
    const reply = repeated ?? this.#refusal(verb) ?? (await this.#decide({ subject, consumer, instance, verb, message }));
    if (typeof message === 'object' && message && 'commandId' in message) this.#done.set(String(message.commandId), reply);
    if (this.outage) throw new Error('the answer was lost');
    return reply;
  }

  #note(verb: string, instance: string, message: unknown): string {
    if (verb === 'sealing-keys') return '';
    const { seq, commandId } = message as { seq: number; commandId: string };
    this.heard.push({ verb, instance, seq, body: message });
    return commandId;
  }

  #refusal(verb: string): Reply | null {
    const index = this.#refusals.findIndex((planned) => planned.verb === verb);
    const [planned] = index < 0 ? [] : this.#refusals.splice(index, 1);
    return planned ? { refusal: planned.refusal } : null;
  }

  async #decide(at: { subject: string; consumer: string; instance: string; verb: string; message: unknown }): Promise<Reply> {
    switch (at.verb) {
      case 'sealing-keys':
        return { ok: { identityPublicKey: this.#identity.publicKey, keys: [signSealingKey(this.#identity, this.#publicKey())] } };
      case 'fetch':
        return this.#fetch(at, Fetch.parse(at.message));
      case 'beat':
        return this.#beat(at.consumer, at.instance, Beat.parse(at.message));
      case 'ack':
        return this.#ack(at.consumer, at.instance, Ack.parse(at.message));
      case 'goodbye':
        this.held.delete(at.instance);
        return { ok: {} };
      default:
        return { refusal: { code: 'message-invalid', issues: [`no verb ${at.verb}`] } };
    }
  }

  async #fetch({ subject, consumer, instance }: From, { commandId, address, sealed, preflight }: Fetch): Promise<Reply> {
    const opened = await this.#links.open(sealed, { subject, commandId, about: address });
    if (!opened.ok) return { refusal: opened.refusal };
    const credential = this.#credentials.get(address);
    if (!credential) return { refusal: { code: 'credential-unknown' } };
    const asked = credential.pending?.instances.includes(`${consumer}/${instance}`) ? credential.pending.version : null;
    const wanted = preflight ? asked : credential.current;
    if (!wanted) return { refusal: { code: 'preflight-not-asked' } };
    const { version, generation, fields, ackKey } = wanted;
    this.#hold(instance, credential.credentialId, version);
    const secret = JSON.stringify({ fields, ackKey: ackKey.reveal() });
    const nonce = randomBytes(16).toString('base64url');
    const { credentialId } = credential;
    return {
      ok: { credentialId, address, credentialType: 'database_password', version, generation, nonce, publicFields: {} },
      sealed: opened.value.sealReply(new Sensitive<Uint8Array>(new TextEncoder().encode(secret))),
    };
  }

  #hold(instance: string, credentialId: string, version: number): void {
    const others = (this.held.get(instance) ?? []).filter((one) => one.credentialId !== credentialId);
    const before = this.held.get(instance)?.find((one) => one.credentialId === credentialId)?.versions ?? [];
    this.held.set(instance, [...others, { credentialId, versions: [...new Set([...before, version])] }]);
  }

  #beat(consumer: string, instance: string, { holds }: Beat): Reply {
    const before = this.held.get(instance) ?? [];
    const isKnown = (id: string): boolean => before.some(({ credentialId }) => credentialId === id);
    const known = holds.filter(({ credentialId }) => isKnown(credentialId));
    const unknown = holds.map(({ credentialId }) => credentialId).filter((id) => !isKnown(id));
    this.held.set(instance, known);
    const current: BeatAnswer['current'] = [...this.#credentials.values()]
      .filter(({ credentialId }) => known.some((held) => held.credentialId === credentialId))
      .map(({ credentialId, address, current: { version, generation } }) => ({ credentialId, address, version, generation }));
    const preflights = [...this.#credentials.values()].flatMap(({ credentialId, address, pending }) => {
      const isAsked = pending?.instances.includes(`${consumer}/${instance}`) && !this.#hasTried(instance, address, pending.version.version);
      return pending && isAsked ? [{ credentialId, address, version: pending.version.version }] : [];
    });
    return { ok: { current, ...(preflights.length > 0 ? { preflights } : {}), ...(unknown.length > 0 ? { unknown } : {}) } };
  }

  #hasTried(instance: string, address: Address, version: number): boolean {
    return this.preflights.some((said) => said.instance === instance && said.address === address && said.version === version);
  }

  #ack(consumer: string, instance: string, { mac, commandId: _id, seq: _seq, ...stated }: Ack): Reply {
    const credential = [...this.#credentials.values()].find(({ credentialId }) => credentialId === stated.credentialId);
    const version = credential?.versions.find((one) => one.version === stated.version);
    if (!credential || !version || !verifyAck(version.ackKey, { ...stated, consumer, instance }, mac))
      return { refusal: { code: 'ack-invalid' } };
    const { generation } = credential.current;
    if (stated.phase === 'preflight') {
      this.preflights.push({ instance, address: credential.address, version: stated.version, generation, ...stated.result });
      return { ok: {} };
    }
    if (stated.generation !== generation) return { refusal: { code: 'ack-stale', generation } };
    this.acks.push({ instance, address: credential.address, version: stated.version, generation, ...stated.result });
    return { ok: {} };
  }

  #notice({ credentialId, address, current: { version, generation } }: Credential): RotatedNotice {
    return { ...this.#envelope('credential.rotated'), data: { credentialId, address, version, generation, position: generation } };
  }

  #envelope(type: string) {
    const time = this.#clock.now().toISOString();
    return { specversion: '1.0', id: randomUUID(), source: '/keyturn/vault', type, time } as const;
  }

  #credential(address: Address): Credential {
    const credential = this.#credentials.get(address);
    if (!credential) throw new Error(`there is no credential ${address}`);
    return credential;
  }

  #publicKey() {
    const { id, publicKey } = this.#sealingKey;
    return { id, publicKey, notAfter: new Date(this.#clock.now().getTime() + DAY_MS).toISOString() };
  }

  #newLinks(): LinkTable {
    const { id, privateKey } = this.#sealingKey;
    return linkTable({ openSealingKey: (wanted) => Promise.resolve(wanted === id ? privateKey : null), clock: this.#clock });
  }
}
