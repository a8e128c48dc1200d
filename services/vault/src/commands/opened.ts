import type { Actor, CommandMessage, Refusal, Reply } from '@keyturn/contracts';
import { openRequest, type OpenedRequest } from '@keyturn/bus';
import { fingerprint } from '@keyturn/sealing';
import { ok, type Result } from '@keyturn/kernel';
import type { VaultDeps } from '../deps.ts';
import type { Job, Verdict } from '../ports/command-log.ts';

/** A command whose sealed part is open. */
export type Opened = {
  readonly type: string;
  readonly commandId: string;
  readonly actor: Actor;
  readonly data: unknown;
  readonly request: OpenedRequest;
  readonly traceparent: string | undefined;
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
  readonly ifRevision?: string | undefined;
};

type Arrived = { readonly subject: string; readonly type: string; readonly actor: Actor; readonly traceparent?: string | undefined };

/** Opens a command's sealed part in the context in which it came. */
export const openCommand = async (
  deps: Pick<VaultDeps, 'links'>,
  arrived: Arrived,
  message: CommandMessage,
): Promise<Result<Opened, Refusal>> => {
  const { commandId, data, correlationId, causationId, ifRevision } = message;
  const request = await openRequest(deps.links, arrived.subject, message);
  if (!request.ok) return request;
  const { type, actor, traceparent } = arrived;
  return ok({ type, commandId, actor, data, request: request.value, traceparent, correlationId, causationId, ifRevision });
};

type JobParts = 'commandId' | 'fingerprint' | 'meta';

/** What every job takes from its command. The fingerprint is over the opened command, because sealing is randomised. */
export const jobOf = (deps: Pick<VaultDeps, 'fingerprintKey'>, opened: Opened): Pick<Job<unknown>, JobParts> => {
  const { type, commandId, actor, data, request, traceparent, correlationId, causationId } = opened;
  return {
    commandId,
    fingerprint: fingerprint(deps.fingerprintKey, { type, data, secret: request.secret }),
    meta: {
      commandId,
      actor,
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(causationId === undefined ? {} : { causationId }),
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  };
};

export const replyOf = (verdict: Verdict): Reply => ('ok' in verdict ? { ok: verdict.ok } : { refusal: verdict.refusal });
