import { SealedBox, type Refusal, type Reply } from '@keyturn/contracts';
import { ok, refuse, Sensitive, type Result } from '@keyturn/kernel';
import { aboutOf, canonicalBytes, type LinkTable, type OpenedBox } from '@keyturn/sealing';
import { decode } from './codec.ts';

/** A request whose secret part, if any, is open, and how to answer it. */
export type OpenedRequest = {
  /** What the client sealed; absent where it sealed nothing (a box without content carries only a link). */
  readonly secret?: Sensitive<unknown>;
  /** Does the request carry a link, so that a secret can be answered? */
  readonly canSeal: boolean;
  /** `{ ok, sealed }`: the secret goes out sealed to the requester. Refused as `link-unknown` where the request brought no link. */
  readonly answer: (value: unknown, secret?: Sensitive<unknown>) => Reply;
};

/** What of a message sealing needs: commands, queries and a subscriber's messages all have it. */
export type SealedMessage = { readonly commandId?: string | undefined; readonly sealed?: unknown; readonly data?: unknown };

/**
 * The vault's side of sealing over links: opens the secret part of a request, in the context of this subject, command id and credential.
 * Refuses `link-unknown`, `seal-invalid` and `seal-expired` before anything is decided. `about` must be what the client bound:
 * `aboutOf(data)`, and for a subscriber's message, which has no `data`, `aboutOf(message)`.
 */
export const openRequest = async (
  links: LinkTable,
  subject: string,
  message: SealedMessage,
  about: string = aboutOf(message.data ?? message),
): Promise<Result<OpenedRequest, Refusal>> => {
  if (message.sealed === undefined) return ok({ canSeal: false, answer: answerWith(null) });
  const box = SealedBox.safeParse(message.sealed);
  if (!box.success || message.commandId === undefined) return refuse({ code: 'seal-invalid' });
  const opened = await links.open(box.data, { subject, commandId: message.commandId, about });
  if (!opened.ok) return opened;
  return readContent(opened.value);
};

const readContent = (opened: OpenedBox): Result<OpenedRequest, Refusal> => {
  const bytes = opened.plaintext.reveal();
  const answer = answerWith(opened);
  if (bytes.length === 0) return ok({ canSeal: true, answer });
  const content = decode(bytes);
  bytes.fill(0);
  if (content === undefined) return refuse({ code: 'seal-invalid' });
  return ok({ secret: new Sensitive(content), canSeal: true, answer });
};

const answerWith =
  (opened: OpenedBox | null): OpenedRequest['answer'] =>
  (value, secret) => {
    if (secret === undefined) return { ok: value };
    if (!opened) return { refusal: { code: 'link-unknown' } };
    const plaintext = canonicalBytes(secret.reveal());
    const sealed = opened.sealReply(new Sensitive<Uint8Array>(plaintext));
    plaintext.fill(0);
    return { ok: value, sealed };
  };
