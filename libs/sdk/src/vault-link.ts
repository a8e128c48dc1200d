import type { Refusal, SealedBox } from '@keyturn/contracts';
import { Reply } from '@keyturn/contracts';
import { Sensitive, type Result } from '@keyturn/kernel';
import {
  createLink,
  newestSealingKey,
  openOverLink,
  sealOverLink,
  verifySealingKeys,
  type Link,
  type MessageContext,
} from '@keyturn/sealing';
import type { SdkClock } from './ports/clock.ts';
import type { Wire } from './ports/wire.ts';

/** The vault published no sealing key that is still alive, or refused to tell. */
export class NoSealingKey extends Error {
  override readonly name = 'NoSealingKey';
}

export type VaultLinkDeps = {
  readonly wire: Wire;
  readonly clock: SdkClock;
  readonly keysSubject: string;
  /** The vault's Ed25519 identity, base64url: another one is never sealed to. */
  readonly pinnedIdentity?: string | undefined;
};

const NOTHING = new Sensitive<Uint8Array>(new Uint8Array(0));
const RENEW_BEFORE_MS = 5 * 60_000;

/** The instance's sealed link to the vault (design §4): made on first use, and anew when it ends or the vault doesn't know it. */
export class VaultLink {
  readonly #deps: VaultLinkDeps;
  #link: Link | null = null;

  constructor(deps: VaultLinkDeps) {
    this.#deps = deps;
  }

  /** The link to seal over now. One that ends soon is replaced first, so an answer can still be opened. */
  async ready(): Promise<Link> {
    const { wire, clock, keysSubject, pinnedIdentity } = this.#deps;
    if (this.#link && this.#link.notAfter.getTime() - clock.now().getTime() > RENEW_BEFORE_MS) return this.#link;
    const reply = Reply.parse(await wire.request(keysSubject, {}));
    if ('refusal' in reply) throw new NoSealingKey(`the vault refused its sealing keys: ${reply.refusal.code}`);
    const key = newestSealingKey(await verifySealingKeys(reply.ok, pinnedIdentity), clock);
    if (!key) throw new NoSealingKey('the vault publishes no sealing key that is still alive');
    return (this.#link = await createLink(key));
  }

  /** An empty box that carries nothing but the link over which the answer is to be sealed; with `enc`, so any replica can take it up. */
  emptyBox(link: Link, context: MessageContext): SealedBox {
    return sealOverLink(link, context, NOTHING, { clock: this.#deps.clock, withEnc: true });
  }

  open(link: Link, context: MessageContext, box: SealedBox): Result<Sensitive<Uint8Array>, Refusal> {
    return openOverLink(link, context, box, this.#deps.clock);
  }

  forget(): void {
    this.#link = null;
  }
}
