import { MAX_SEALED_BYTES, MAX_SECRET_BYTES, type Refusal, type Reply, type SealedBox } from '@keyturn/contracts';
import { ok, refuse, Sensitive, type Result } from '@keyturn/kernel';
import { canonicalBytes, openOverLink, sealOverLink, type MessageContext } from '@keyturn/sealing';
import type { Bus, Headers } from './bus.ts';
import { decode } from './codec.ts';
import { linkKeeper, type KeptLink, type LinkKeeperDeps } from './link-keeper.ts';

export type SealedRequesterDeps = LinkKeeperDeps & { readonly bus: Pick<Bus, 'request'> };

/** One request, of whose parts some may be secret. */
export type SealedRequest = {
  readonly subject: string;
  readonly commandId: string;
  /** Which credential it is about, as the vault will see it: `aboutOf(data)`. */
  readonly about: string;
  /** Puts the box where this kind of message has it. */
  readonly body: (sealed: SealedBox | undefined) => unknown;
  /** A JSON value; leaves this process only sealed. */
  readonly secret?: Sensitive<unknown> | undefined;
  /** The answer will hold a secret: the request carries a link to seal it to. */
  readonly wantsSecret?: boolean | undefined;
  readonly timeoutMs: number;
  readonly headers?: Headers;
};

export type Answer = { readonly value: unknown; readonly secret?: Sensitive<unknown> };

/** Sends requests with sealed secrets over one link to the vault. */
export interface SealedRequester {
  /**
   * Asks, and opens what was sealed in the answer. After `link-unknown` it asks again, with the encapsulation, then over a new link: that
   * refusal comes before anything is decided. Throws the faults of `Bus.request`.
   */
  readonly request: (request: SealedRequest) => Promise<Result<Answer, Refusal>>;
}

/** The client's side of sealing over links (design §4), for gateway, worker and SDK. */
export const sealedRequester = ({ bus, ...deps }: SealedRequesterDeps): SealedRequester => {
  const links = linkKeeper(deps);
  const { clock } = deps;

  const send = async (request: SealedRequest, sealed: SealedBox | undefined): Promise<Reply> => {
    const { subject, body, timeoutMs, headers } = request;
    return bus.request(subject, body(sealed), { timeoutMs, ...(headers && { headers }) });
  };

  const sendOver = async (kept: KeptLink, request: SealedRequest, plaintext: Sensitive<Uint8Array>, withEnc: boolean) => {
    const reply = await send(request, sealOverLink(kept.link, contextOf(request), plaintext, { clock, withEnc }));
    if (!isLinkUnknown(reply)) kept.confirmed = true;
    return reply;
  };

  const requestSealed = async (request: SealedRequest, plaintext: Sensitive<Uint8Array>): Promise<Result<Answer, Refusal>> => {
    let kept = await links.current();
    const wasConfirmed = kept.confirmed;
    let reply = await sendOver(kept, request, plaintext, !wasConfirmed);
    if (isLinkUnknown(reply) && wasConfirmed) reply = await sendOver(kept, request, plaintext, true); // another replica, or a restarted one
    if (isLinkUnknown(reply)) {
      kept = await links.current(kept); // the vault no longer holds that sealing key
      reply = await sendOver(kept, request, plaintext, true);
    }
    if ('refusal' in reply) return refuse(reply.refusal);
    if (!reply.sealed) return ok({ value: reply.ok });
    const opened = openOverLink(kept.link, contextOf(request), reply.sealed, clock);
    return opened.ok ? ok({ value: reply.ok, secret: parseOpened(opened.value) }) : opened;
  };

  return {
    request: async (request) => {
      if (request.secret === undefined && request.wantsSecret !== true) {
        const reply = await send(request, undefined);
        return 'refusal' in reply ? refuse(reply.refusal) : ok({ value: reply.ok });
      }
      const plaintext = plaintextOf(request.secret);
      try {
        if (plaintext.reveal().length > MAX_SEALED_BYTES) return refuse(SECRET_TOO_LARGE);
        return await requestSealed(request, plaintext);
      } finally {
        plaintext.reveal().fill(0);
      }
    },
  };
};

const SECRET_TOO_LARGE: Refusal = {
  code: 'message-invalid',
  issues: [`the secret fields have ${MAX_SECRET_BYTES / 1024} KiB together at most`],
};

const isLinkUnknown = (reply: Reply): boolean => 'refusal' in reply && reply.refusal.code === 'link-unknown';

const contextOf = ({ subject, commandId, about }: SealedRequest): MessageContext => ({ subject, commandId, about });

/** No secret is no bytes: such a box carries the link and nothing else. */
const plaintextOf = (secret: Sensitive<unknown> | undefined): Sensitive<Uint8Array> =>
  new Sensitive<Uint8Array>(secret === undefined ? new Uint8Array() : canonicalBytes(secret.reveal()));

const parseOpened = (plaintext: Sensitive<Uint8Array>): Sensitive<unknown> => {
  const value = decode(plaintext.reveal());
  plaintext.reveal().fill(0);
  return new Sensitive(value);
};
